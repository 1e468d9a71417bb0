// Doubling any bound of any row adds states, or the row explains why it adds none.

import { describe, expect, test } from 'vitest';
import { doublingsOf, noMoreThan, withDoubled } from '../../model/doubling.ts';
import { explore } from '../../model/explore.ts';
import { calm, rows } from '../../model/rows.ts';
import { createSystem } from '../../model/system.ts';

/** More than any row has. */
const statesMax = 1_000_000;

describe('Doubling any bound adds states or is explained', () => {
  test.each(rows)('$name: the bounds that are explained add none', ({ bounds, saturated }) => {
    const doubled = doublingsOf(bounds).filter(({ bound }) => saturated[bound] !== undefined);
    expect(doubled.map(({ bound }) => bound).sort()).toEqual(Object.keys(saturated).sort());
    const model = createSystem(withDoubled(bounds, doubled));
    const report = explore({ model, properties: doubled.map(noMoreThan), statesMax });
    expect(report.isExhausted).toBe(true);
    for (const { property, outcome } of report.verdicts) {
      expect({ property, outcome }).toEqual({ property, outcome: 'holds' });
    }
  });

  test.each(rows)('$name: every other bound adds some', ({ bounds, saturated }) => {
    for (const doubled of doublingsOf(bounds)) {
      if (saturated[doubled.bound] !== undefined) continue;
      const model = createSystem(withDoubled(bounds, [doubled]));
      const report = explore({ model, properties: [noMoreThan(doubled)], statesMax });
      expect({ ...doubled, stoppedBy: report.stoppedBy }).toEqual({
        ...doubled,
        stoppedBy: 'violation',
      });
    }
  });
});

describe('no state uses more of a bound', () => {
  const small = { ...calm, joins: 1, beats: true, datagramsMax: 1, positionsMax: 1, crashes: 1 };

  test.each(doublingsOf(small))('$bound: exactly when doubling adds no state', (doubled) => {
    const count = (bounds: typeof small) =>
      explore({ model: createSystem(bounds), properties: [], statesMax });
    const [base, more] = [count(small), count(withDoubled(small, [doubled]))];
    const properties = [noMoreThan(doubled)];
    const model = createSystem(withDoubled(small, [doubled]));
    const judged = explore({ model, properties, statesMax });
    expect([base.isExhausted, more.isExhausted]).toEqual([true, true]);
    expect(judged.isExhausted).toBe(base.states === more.states);
  });

  test('hosts are doubled to as many as there are, and what is off stays off', () => {
    const doublings = doublingsOf(small);
    expect(doublings.find(({ bound }) => bound === 'hosts')).toEqual({
      bound: 'hosts',
      from: 2,
      to: 3,
    });
    expect(doublings.map(({ bound }) => bound)).not.toContain('restarts');
  });
});
