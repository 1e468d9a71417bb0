// The right model within small bounds of every row: nothing is violated, and between them every premise holds and
// every witness is found. `npm run model` exhausts the rows themselves.

import { describe, expect, test } from 'vitest';
import { explore, type Report } from '../../model/explore.ts';
import { properties } from '../../model/properties.ts';
import { rows } from '../../model/rows.ts';
import { createSystem, type Transition } from '../../model/system.ts';

/** Of each row the states nearest to the start; a row that is smaller is exhausted. */
const statesMax = 20_000;

describe('the rows', () => {
  const reports = new Map<string, Report<Transition>>();

  test.each(rows)('$name: no property is violated', ({ name, bounds }) => {
    const report = explore({ model: createSystem(bounds), properties, statesMax });
    reports.set(name, report);
    const violated = report.verdicts.filter(({ outcome }) => outcome === 'violated');
    expect(violated.map(({ property, complaints }) => ({ property, complaints }))).toEqual([]);
  });

  test('every premise held and every witness was found in some row', () => {
    const premises = new Map(properties.map(({ name }) => [name, 0]));
    for (const { verdicts } of reports.values()) {
      for (const { property, premise } of verdicts) {
        premises.set(property, (premises.get(property) ?? 0) + premise);
      }
    }
    expect([...premises].filter(([, premise]) => premise === 0)).toEqual([]);
  });

  test('a larger bound has more states', () => {
    const [core] = rows;
    if (core === undefined) throw new Error('there is no row');
    const sizes = [1, 2].map((positionsMax) => {
      const bounds = { ...core.bounds, breaks: 0, crashes: 0, positionsMax };
      return explore({ model: createSystem(bounds), properties: [], statesMax }).states;
    });
    expect(sizes[1]).toBeGreaterThan(sizes[0] ?? 0);
  });
});
