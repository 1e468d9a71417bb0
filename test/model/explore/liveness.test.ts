// What must happen in the end, on graphs small enough to draw, and on random ones against a checker that tries every
// set of states.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { examine } from '../../../model/explore/examine.ts';
import type { Prospective } from '../../../model/explore.ts';
import { drawn, type Edge, fairnessOf, leadsTo } from './drawn.ts';

function judge(edges: readonly Edge[], property: Prospective<number, string>, statesMax = 100) {
  const report = examine({
    model: drawn(edges),
    properties: [],
    prospects: [property],
    statesMax,
    fairnessOf,
  });
  const [verdict] = report.verdicts;
  if (verdict === undefined) throw new Error('the property has no verdict');
  const { outcome, premise, path, complaints } = verdict;
  const stem = path?.steps.slice(0, path.stem);
  const loop = path?.steps.slice(path.stem);
  return { outcome, premise, stem, loop, complaints };
}

describe('a run that goes round', () => {
  // 0 -> 1 <-> 2, and out of 1 to 3.
  const round = (out: string): Edge[] => [
    [0, 'Begin', 1],
    [1, 'Turn', 2],
    [2, 'Back', 1],
    [1, out, 3],
  ];

  test('is no violation when a weak class is possible all the way and never taken', () => {
    const out: Edge[] = [...round('Out'), [2, 'Out', 3]];
    expect(judge(out, leadsTo([0], [3]))).toMatchObject({ outcome: 'holds', premise: 1 });
  });

  test('is one when the weak class is not possible somewhere on it', () => {
    expect(judge(round('Out'), leadsTo([0], [3]))).toMatchObject({
      outcome: 'violated',
      stem: ['Begin'],
      loop: ['Turn', 'Back'],
      complaints: ['it: from step 2 to step 3 it goes round for ever'],
    });
  });

  test('is none when that class is strong', () => {
    expect(judge(round('!Out'), leadsTo([0], [3])).outcome).toBe('holds');
  });

  test('is one when the way out is in no class', () => {
    expect(judge([...round('out'), [2, 'out', 3]], leadsTo([0], [3])).outcome).toBe('violated');
  });

  test('is found in what is left when a strong class takes a part of it away', () => {
    // The round of 1, 2 and 3 starves the strong class; that of 2 and 3 alone does not meet it.
    const edges: Edge[] = [
      [0, 'Begin', 1],
      [1, 'Turn', 2],
      [1, '!Out', 4],
      [2, 'Turn', 3],
      [3, 'Turn', 2],
    ];
    const starving = judge([...edges, [3, 'back', 1]], leadsTo([0], [4]));
    expect(starving).toMatchObject({ outcome: 'violated', loop: ['Turn', 'Turn'] });
    const pulled: Edge[] = [...edges, [3, 'Back', 1], [2, 'Back', 1]];
    expect(judge(pulled, leadsTo([0], [4])).outcome).toBe('holds');
  });

  test('takes a detour for a class that would starve on the shortest way', () => {
    const edges: Edge[] = [
      [0, 'Stay', 0],
      [0, 'Leave', 1],
      [1, 'Return', 0],
    ];
    expect(judge(edges, leadsTo([0], []))).toMatchObject({
      stem: [],
      loop: ['Leave', 'Return'],
    });
  });
});

describe('a run that rests', () => {
  test('is a violation where there is no step, after the shortest stem', () => {
    const edges: Edge[] = [
      [0, 'Long', 1],
      [1, 'Way', 2],
      [0, 'Short', 2],
      [0, 'Goal', 3],
    ];
    expect(judge(edges, leadsTo([0], [3]))).toMatchObject({
      outcome: 'violated',
      stem: ['Short'],
      loop: [],
      complaints: ['it: after step 1 nothing more must happen'],
    });
  });

  test('is a violation where only faults are left, and none where something must happen', () => {
    expect(judge([[0, 'fault', 1]], leadsTo([0], [1])).outcome).toBe('violated');
    expect(judge([[0, 'Must', 1]], leadsTo([0], [1])).outcome).toBe('holds');
  });

  test('is none at the goal, nor where no run has begun', () => {
    const edges: Edge[] = [[0, 'Must', 1]];
    expect(judge(edges, leadsTo([1], [1]))).toMatchObject({ outcome: 'holds', premise: 0 });
    expect(judge(edges, leadsTo([], [])).outcome).toBe('holds');
  });
});

describe('a run that begins', () => {
  test('by a step has that step in its stem', () => {
    const edges: Edge[] = [
      [0, 'Near', 2],
      [0, 'Far', 1],
      [1, 'Begin', 2],
    ];
    const property: Prospective<number, string> = {
      ...leadsTo([], []),
      cases: [{ about: 'it', begins: ({ step }) => step === 'Begin', goal: () => false }],
    };
    expect(judge(edges, property)).toMatchObject({ premise: 1, stem: ['Far', 'Begin'] });
  });

  test('and has been at its goal is over', () => {
    // From 0 the only way to the dead end leads through the goal.
    const edges: Edge[] = [
      [0, 'On', 1],
      [1, 'On', 2],
    ];
    expect(judge(edges, leadsTo([0], [1])).outcome).toBe('holds');
    expect(judge(edges, leadsTo([0, 2], [1]))).toMatchObject({ premise: 2, stem: ['On', 'On'] });
  });
});

describe('what stays possible', () => {
  const trap: Edge[] = [
    [0, 'fault', 1],
    [1, 'Turn', 1],
    [0, 'gift', 2],
  ];

  test('needs no fairness, and is lost in a trap', () => {
    expect(judge(trap.slice(2), leadsTo([0], [2], 'possibly')).outcome).toBe('holds');
    expect(judge(trap, leadsTo([0], [2], 'possibly'))).toMatchObject({
      outcome: 'violated',
      stem: ['fault'],
      complaints: ['it: after step 1 no run comes to it'],
    });
  });
});

describe('what was not exhausted', () => {
  const long: Edge[] = Array.from({ length: 30 }, (_, at): Edge => [at, 'On', at + 1]);

  test('is partial, whether or not something must happen', () => {
    for (const kind of ['eventually', 'possibly'] as const) {
      expect(judge(long, leadsTo([0], [99], kind), 10).outcome).toBe('partial');
    }
  });

  test('has a lasso all the same when one was found', () => {
    const edges: Edge[] = [[0, 'Stay', 0], ...long.map(([a, , b]): Edge => [a, 'on', b])];
    expect(judge(edges, leadsTo([0], [99]), 10)).toMatchObject({
      outcome: 'violated',
      loop: ['Stay'],
    });
  });
});

describe('on random graphs', () => {
  const size = 6;
  const state = fc.nat(size - 1);
  const name = fc.constantFrom('a', 'A', 'B', '!c', '!d');
  const graph = fc.record({
    edges: fc.array(fc.tuple(state, name, state), { maxLength: 14 }),
    from: fc.uniqueArray(state, { maxLength: 3 }),
    goals: fc.uniqueArray(state, { maxLength: 2 }),
  });

  test('says what a checker says that tries every set of states', () => {
    fc.assert(
      fc.property(graph, ({ edges, from, goals }) => {
        const { outcome } = judge(edges, leadsTo(from, goals));
        expect(outcome === 'violated').toBe(isStarvable(edges, from, goals));
      }),
      { numRuns: 2000 },
    );
  });

  test('and shows a run that begins, is fair and never reaches the goal', () => {
    fc.assert(
      fc.property(graph, ({ edges, from, goals }) => {
        const { outcome, stem = [], loop = [] } = judge(edges, leadsTo(from, goals));
        if (outcome === 'violated')
          expect(isWitness(edges, { from, goals, stem, loop })).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});

const successors = (edges: readonly Edge[], states: ReadonlySet<number>): Set<number> =>
  new Set(edges.filter(([from]) => states.has(from)).map(([, , to]) => to));

/** Everything that is reached from these states without leaving what is allowed. */
function reachable(
  edges: readonly Edge[],
  states: Iterable<number>,
  isAllowed: (state: number) => boolean,
): Set<number> {
  const all = new Set([...states].filter(isAllowed));
  for (;;) {
    const before = all.size;
    for (const state of successors(edges, all)) if (isAllowed(state)) all.add(state);
    if (all.size === before) return all;
  }
}

/** Whether some set of states can be what a fair run that never reaches the goal sees again and again. */
function isStarvable(edges: readonly Edge[], from: number[], goals: number[]): boolean {
  const seen = reachable(edges, [0], () => true);
  const isShort = (state: number): boolean => !goals.includes(state);
  const begun = from.filter((state) => seen.has(state));
  const region = [...reachable(edges, begun, isShort)];
  for (let bits = 1; bits < 2 ** region.length; bits++) {
    const set = new Set(region.filter((_, at) => (bits >> at) & 1));
    if (isRecurrent(edges, set) && isFairIn(edges, set)) return true;
  }
  return false;
}

/** One state in which to rest, or states that all reach each other. */
function isRecurrent(edges: readonly Edge[], set: ReadonlySet<number>): boolean {
  const isIn = (state: number): boolean => set.has(state);
  return (
    set.size === 1 || [...set].every((state) => reachable(edges, [state], isIn).size === set.size)
  );
}

function isFairIn(edges: readonly Edge[], set: ReadonlySet<number>): boolean {
  return [...new Set(edges.map(([, name]) => name))].every((name) => {
    const own = edges.filter(([from, other]) => other === name && set.has(from));
    if (own.some(([, , to]) => set.has(to))) return true;
    const enabled = new Set(own.map(([from]) => from));
    const strength = fairnessOf(name)?.strength;
    if (strength === 'strong') return enabled.size === 0;
    return strength === undefined || enabled.size < set.size;
  });
}

/** Names stand for several edges: some way along them must do. */
function isWitness(
  edges: readonly Edge[],
  run: { from: number[]; goals: number[]; stem: readonly string[]; loop: readonly string[] },
): boolean {
  const ways = (at: number, names: readonly string[]): number[][] => {
    const [name, ...rest] = names;
    if (name === undefined) return [[at]];
    return edges
      .filter(([from, other]) => from === at && other === name)
      .flatMap(([, , to]) => ways(to, rest).map((way) => [at, ...way]));
  };
  return ways(0, run.stem).some((stem) => {
    const end = stem.at(-1) ?? 0;
    const begun = stem.findIndex(
      (state, at) =>
        run.from.includes(state) && stem.slice(at).every((later) => !run.goals.includes(later)),
    );
    if (begun < 0) return false;
    return ways(end, run.loop).some((loop) => {
      if (loop.at(-1) !== end || loop.some((state) => run.goals.includes(state))) return false;
      const states = new Set(loop);
      const taken = edges.filter(([from, name, to]) =>
        loop.some((state, at) => state === from && loop[at + 1] === to && run.loop[at] === name),
      );
      return [...new Set(edges.map(([, name]) => name))].every((name) => {
        if (taken.some(([, other]) => other === name)) return true;
        const here = edges.filter(([from, other]) => other === name && states.has(from));
        const strength = fairnessOf(name)?.strength;
        if (strength === 'strong') return here.length === 0;
        return strength === undefined || new Set(here.map(([from]) => from)).size < states.size;
      });
    });
  });
}
