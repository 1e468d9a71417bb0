// What must happen in the end happens in the right model, and each bug that only liveness can find is found by its own
// property. `npm run model` exhausts the rows themselves.

import { describe, expect, test } from 'vitest';
import type { Bounds } from '../../model/environment/manager.ts';
import { examine } from '../../model/explore/examine.ts';
import { follow, type Verdict } from '../../model/explore.ts';
import type { SystemProspective } from '../../model/properties/eventually.ts';
import { liveOwner } from '../../model/properties/look.ts';
import { prospects } from '../../model/properties.ts';
import { calm, findRow, livenessRows } from '../../model/rows.ts';
import { livenessBugs } from '../../model/seeded-bugs/liveness.ts';
import { renderSwimLane } from '../../model/swim-lane.ts';
import { createSystem, type Transition, type Variant } from '../../model/system.ts';

/** More than the smallest row and the bounds of each bug hold. */
const enough = 60_000;

function verdictsIn(
  bounds: Bounds,
  options: { variant?: Variant; statesMax?: number; judged?: readonly SystemProspective[] } = {},
): readonly Verdict<Transition>[] {
  const { variant, statesMax = enough, judged = prospects } = options;
  const model = createSystem(bounds, variant);
  const fairnessOf = ({ fairness }: Transition): Transition['fairness'] => fairness;
  return examine({ model, properties: [], prospects: judged, statesMax, fairnessOf }).verdicts;
}

const violatedIn = (verdicts: readonly Verdict<Transition>[]): string[] =>
  verdicts.filter(({ outcome }) => outcome === 'violated').map(({ property }) => property);

describe('the right model', () => {
  test('in the row of the next host holds all of it', () => {
    const row = findRow('next-host');
    if (row === null) throw new Error('the row of this test is not in the list');
    const verdicts = verdictsIn(row.bounds);
    expect(verdicts.map(({ outcome }) => outcome)).toEqual(prospects.map(() => 'holds'));
  });

  test.each(livenessRows)('in $name is not blamed, as far as it is seen', ({ bounds }) => {
    expect(violatedIn(verdictsIn(bounds, { statesMax: 8_000 }))).toEqual([]);
  });
});

describe('a bug that nothing but liveness finds', () => {
  test.each(livenessBugs)('$name violates $property after $steps steps', (bug) => {
    const verdicts = verdictsIn(bug.bounds, { variant: bug.variant });
    const verdict = verdicts.find(({ property }) => property === bug.property);
    expect(verdict?.outcome).toBe('violated');
    expect(verdict?.path?.choices.length).toBe(bug.steps);
  });

  test.each(livenessBugs)('$name without the bug is not blamed, and is exhausted', (bug) => {
    const verdicts = verdictsIn(bug.bounds);
    expect(violatedIn(verdicts)).toEqual([]);
    const own = verdicts.find(({ property }) => property === bug.property);
    expect(own).toMatchObject({ outcome: 'holds' });
    expect(own?.premise).toBeGreaterThan(0);
  });

  test('there is one for every property of that kind', () => {
    const found = new Set(livenessBugs.map(({ property }) => property));
    expect(prospects.map(({ name }) => name).filter((name) => !found.has(name))).toEqual([]);
  });
});

test('a lasso is drawn with the place from which it goes round', () => {
  const bug = livenessBugs.find(({ name }) => name === 'never-asked-again');
  if (bug === undefined) throw new Error('the bug of this test is not in the list');
  const verdict = verdictsIn(bug.bounds, { variant: bug.variant }).find(
    ({ property }) => property === bug.property,
  );
  const run = follow(createSystem(bug.bounds, bug.variant), verdict?.path?.choices ?? []);
  const { complaints = [], path } = verdict ?? {};
  const stem = path?.stem ?? 0;
  expect(renderSwimLane(run, { complaints, stem })).toMatchInlineSnapshot(`
    "    p                 b                 arbiter           disk and outside
      1 *                 |                 |                 |                 manager: p start
        +----------------------------------->                 |                 T2 if v0: v1 alone e1 p#1 t1
            p pairing: idle -> starting
            p failover: uninvolved -> starting, intent read -> T2
            arbiter: requests +[T2 of p#1 if v0]
      2 |                 |                 *                 |                 arbiter: loses T2 of p
            arbiter: requests -[T2 of p#1 if v0]
        -- from here round and round --
      3 *                 |                 |                 |                 p: retry passed
        FALSE: p has no request unresolved: from step 3 to step 3 it goes round for ever"
  `);
});

test('the backup of a dead owner goes live, whatever it asked before the channel was lost', () => {
  const heir: SystemProspective = {
    kind: 'eventually',
    name: 'every heir',
    about: '',
    requirements: [],
    cases: [
      {
        about: 'b goes live',
        begins: ({ step, after }) =>
          step.label === 'world: p crashes' &&
          after.arbiter.record?.phase === 'protected' &&
          after.arbiter.requests.length === 0 &&
          after.hosts[1]?.pairing.state === 'backup.ready' &&
          after.hosts[1].pairing.context.connection !== 0,
        goal: (view) => liveOwner(view) === 1,
      },
    ],
  };
  const bounds: Bounds = { ...calm, retries: 'unbounded', outputs: [], crashes: 1 };
  const [verdict] = verdictsIn(bounds, { judged: [heir] });
  expect(verdict).toMatchObject({ outcome: 'holds' });
  expect(verdict?.premise).toBeGreaterThan(0);
});
