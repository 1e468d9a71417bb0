// Every property can fail: each seeded bug is found by its own property, at its shortest, and the right model within
// the same bounds as far as that bug needs is not blamed.

import { describe, expect, test } from 'vitest';
import { explore, follow } from '../../model/explore.ts';
import { always } from '../../model/properties/always.ts';
import { properties } from '../../model/properties.ts';
import { findBug, seededBugs } from '../../model/seeded-bugs.ts';
import { renderSwimLane } from '../../model/swim-lane.ts';
import { createSystem } from '../../model/system.ts';

/** More than the longest counterexample needs, less than the bounds hold. */
const statesMax = 80_000;

describe('a seeded bug', () => {
  test.each(seededBugs)('$name violates $property after $steps steps', (bug) => {
    const model = createSystem(bug.bounds, bug.variant);
    const judged = properties.filter(({ name }) => !bug.onlyItsOwn || name === bug.property);
    const report = explore({ model, properties: judged, statesMax });
    const violated = report.verdicts.filter(({ outcome }) => outcome === 'violated');
    expect(violated.map(({ property }) => property)).toContain(bug.property);
    const verdict = violated.find(({ property }) => property === bug.property);
    expect(verdict?.path?.choices.length).toBe(bug.steps);
    expect(verdict?.complaints.length).toBeGreaterThan(0);
  });

  test.each(seededBugs)('$name without the bug is not blamed', (bug) => {
    const report = explore({ model: createSystem(bug.bounds), properties, statesMax: 2_500 });
    expect(report.verdicts.filter(({ outcome }) => outcome === 'violated')).toEqual([]);
  });

  test('there is one at least for every property that always holds', () => {
    const found = new Set(seededBugs.map(({ property }) => property));
    expect(always.map(({ name }) => name).filter((name) => !found.has(name))).toEqual([]);
  });
});

test('a counterexample is drawn as a swim lane', () => {
  const bug = findBug('power-on-with-version-read');
  if (bug === null) throw new Error('the bug of this test is not in the list');
  const model = createSystem(bug.bounds, bug.variant);
  const report = explore({ model, properties, statesMax });
  const verdict = report.verdicts.find(({ outcome }) => outcome === 'violated');
  const run = follow(model, verdict?.path?.choices ?? []);
  const { complaints = [] } = verdict ?? {};
  expect(renderSwimLane(run, { complaints })).toMatchInlineSnapshot(`
    "    p                 b                 arbiter           disk and outside
      1 *                 |                 |                 |                 manager: p start
        +----------------------------------->                 |                 T2 if v0: v1 alone e1 p#1 t1
            p pairing: idle -> starting
            p failover: uninvolved -> starting, intent read -> T2
            arbiter: requests +[T2 of p#1 if v0]
      2 |                 *                 |                 |                 manager: b start
        |                 +----------------->                 |                 T2 if v0: v1 alone e1 b#1 t1
            b pairing: idle -> starting
            b failover: uninvolved -> starting, intent read -> T2
            arbiter: requests +[T2 of b#1 if v0]
      3 |                 |                 *                 |                 arbiter: attempts T2 of p#1
            record: no record -> v1 alone e1 p#1 t1 start
            arbiter: requests -[T2 of p#1 if v0], answers +[v1 alone e1 p#1 t1 start to p]
      4 |                 |                 *                 |                 arbiter: attempts T2 of b#1
            arbiter: requests -[T2 of b#1 if v0], answers +[v1 alone e1 p#1 t1 start to b]
      5 |                 *                 |                 |                 b: reads v1 alone e1 p#1 t1
        |                 +                 |                 |                 reports notConfigured: superseded
            b pairing: starting -> idle, epochMax 0 -> 1
            b failover: starting -> uninvolved, record none -> v1 alone e1 p#1 t1 start, intent T2 -> read
            arbiter: answers -[v1 alone e1 p#1 t1 start to b]
      6 |                 *                 |                 |                 manager: b start
        |                 +----------------->                 |                 T2 if v1: v2 alone e2 b#1 t2
            b pairing: idle -> starting
            b failover: uninvolved -> starting, intent read -> T2
            arbiter: requests +[T2 of b#1 if v1]
      7 |                 |                 *                 |                 arbiter: attempts T2 of b#1
            record: v1 alone e1 p#1 t1 start -> v2 alone e2 b#1 t2 start
            arbiter: requests -[T2 of b#1 if v1], answers +[v2 alone e2 b#1 t2 start to b]
        FALSE: v1 alone e1 p#1 t1 became v2 alone e2 b#1 t2"
  `);
});
