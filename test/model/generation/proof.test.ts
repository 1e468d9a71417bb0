// The guarantee of each method, proved on machines small enough to see all of them, and shown to be
// able to fail: a generator with one thing missing lets some faulty machine live. `npm run
// generators` proves more of it.

import { describe, expect, test } from 'vitest';
import type { Relation } from '../../../model/generation/compare.ts';
import { drawMutants, survivorsOf } from '../../../model/generation/kills.ts';
import type { Mealy } from '../../../model/generation/mealy.ts';
import { createGenerators, methods } from '../../../model/generation/methods.ts';
import { faults, populationOf } from '../../../model/generation/mutants.ts';
import { createSuite, type Recipe } from '../../../model/generation/suite.ts';
import { createTrieFactory } from '../../../model/generation/trie.ts';
import { emptyTally, judgeAll } from './judge.ts';
import { allMachines, specifications } from './machines.ts';
import { drawMachine } from './random-machine.ts';
import { searchPassing } from './search.ts';

const relations: readonly Relation[] = ['equivalence', 'quasi-equivalence'];
const two = { states: 2, inputs: 2, outputs: 2 };
const complete2 = [...specifications({ ...two, partial: false })];
const partial2 = [...specifications({ ...two, partial: true })];
const complete3 = everyNth([...specifications({ ...two, states: 3, partial: false })], 97);
const cases = methods.flatMap((method) => relations.map((relation) => ({ method, relation })));

function everyNth<T>(all: readonly T[], n: number): T[] {
  return all.filter((_, index) => index % n === 0);
}

/** Those that a suite for quasi-equivalence can be made of. */
function reduced(machines: readonly Mealy[]): Mealy[] {
  return machines.filter((machine) => {
    try {
      return createGenerators(machine, 'quasi-equivalence').separation() !== null;
    } catch {
      return false;
    }
  });
}

describe.each(cases)('$method for $relation', ({ method, relation }) => {
  test('judges every machine of 2 states as the product does', () => {
    const machines = relation === 'equivalence' ? partial2 : reduced(partial2);
    const family = allMachines({ ...two, partial: relation === 'equivalence' });
    const tally = emptyTally();
    for (const machine of machines) {
      const tests = [...createGenerators(machine, relation).complete(method, 0).tests()];
      judgeAll(machine, tests, family, relation, tally);
    }
    expect(machines.length).toBe(relation === 'equivalence' ? 344 : 232);
    expect(tally).toMatchObject({ alive: 0, slandered: 0 });
    expect(tally.machines).toBe(machines.length * family.size);
    expect(Math.min(tally.passed, tally.killed)).toBeGreaterThan(0);
  });

  test('judges every machine of one extra state as the product does', () => {
    const machines = everyNth(complete2, 24);
    const family = allMachines({ ...two, states: 3, partial: false });
    const tally = emptyTally();
    for (const machine of machines) {
      const tests = [...createGenerators(machine, relation).complete(method, 1).tests()];
      judgeAll(machine, tests, family, relation, tally);
    }
    expect(tally).toMatchObject({ alive: 0, slandered: 0, outside: 0 });
    expect(tally.machines).toBe(6 * 6 ** 6);
  });

  test.each([
    { name: '2 states and 2 extra', machines: everyNth(complete2, 3), extra: 2 },
    { name: '3 states', machines: complete3, extra: 0 },
    { name: '3 states and 1 extra', machines: everyNth(complete3, 4), extra: 1 },
    { name: 'partial, 2 states and 2 extra', machines: everyNth(reduced(partial2), 7), extra: 2 },
  ])('lets no faulty machine pass: $name', ({ machines, extra }) => {
    let passing = 0;
    for (const machine of machines) {
      const tests = [...createGenerators(machine, relation).complete(method, extra).tests()];
      const states = machine.states + extra;
      const found = searchPassing(machine, tests, { states, relation });
      passing += found.passing;
      expect(found.alive).toBe(0);
    }
    expect(passing).toBeGreaterThanOrEqual(machines.length);
  });
});

test.each([false, true])('every mutant of drawn machines is killed (partial: %s)', (partial) => {
  let judged = 0;
  for (let seed = 1; seed <= 6; seed++) {
    const machine = drawMachine({ states: 3 + seed, inputs: 2, outputs: 2, partial }, seed);
    const generators = createGenerators(machine);
    for (const fault of faults) {
      const draw = { size: 400, seed };
      const { faulty } = drawMutants(machine, populationOf(machine, fault), draw);
      judged += faulty.length;
      for (const method of methods) {
        const suite = generators.complete(method, fault.startsWith('extra') ? 1 : 0);
        const alive = survivorsOf(machine, faulty, suite.tests());
        expect(alive, `seed ${seed} ${fault} ${method}`).toEqual([]);
      }
    }
  }
  expect(judged).toBeGreaterThan(200);
});

test.each(relations)(
  'search and enumeration agree on suites that are not complete: %s',
  (relation) => {
    const machines = relation === 'equivalence' ? partial2 : reduced(partial2);
    const family = allMachines({ ...two, partial: relation === 'equivalence' });
    const verdicts = machines.map((machine) => {
      const tests = [...createGenerators(machine, relation).transitionCover().tests()];
      const { alive } = judgeAll(machine, tests, family, relation);
      const found = searchPassing(machine, tests, { states: 2, relation });
      expect(found.alive > 0).toBe(alive > 0);
      return alive > 0;
    });
    expect(verdicts).toContain(true);
  },
);

describe('a generator that is broken lets some faulty machine live', () => {
  const specs = complete3;
  const alive = (breaking: (recipe: Recipe, machine: Mealy) => Recipe, extra = 0): number => {
    let count = 0;
    for (const machine of specs) {
      const recipe = createGenerators(machine).recipe('HSI', 0);
      const tests = [...createSuite(breaking(recipe, machine)).tests()];
      const states = machine.states + extra;
      count += searchPassing(machine, tests, { states, relation: 'equivalence' }).alive;
    }
    return count;
  };

  test('unbroken, none lives', () => {
    expect(alive((recipe) => recipe)).toBe(0);
  });

  test('a word missing from the characterisation set', () => {
    const missing = alive((recipe, machine) => {
      const words = createGenerators(machine).separation().characterisation.slice(1);
      const trie = createTrieFactory().of(words);
      return { ...recipe, identify: () => trie };
    });
    expect(missing).toBeGreaterThan(0);
  });

  test('a word missing from the identifiers of one state', () => {
    const missing = alive((recipe, machine) => {
      const words = createGenerators(machine).separation().harmonised[1] ?? [];
      const trie = createTrieFactory().of(words.slice(1));
      return {
        ...recipe,
        identify: (state, beyond) => (state === 1 ? trie : recipe.identify(state, beyond)),
      };
    });
    expect(missing).toBeGreaterThan(0);
  });

  test('a state missing from the cover', () => {
    const missing = alive((recipe) => {
      const cover = recipe.cover.slice();
      cover[cover.lastIndexOf(1)] = 0;
      return { ...recipe, cover };
    });
    expect(missing).toBeGreaterThan(0);
  });

  test('one extra state fewer than the implementation may have', () => {
    expect(alive((recipe) => recipe, 1)).toBeGreaterThan(0);
  });

  test('no identification at all: the transition cover', () => {
    expect(alive((recipe) => ({ ...recipe, identify: () => null }))).toBeGreaterThan(0);
  });
});
