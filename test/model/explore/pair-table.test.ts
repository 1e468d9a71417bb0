// Tables of pairs are maps, whatever is put into them and however often they grow.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PairMap, PairTable } from '../../../model/explore/pair-table.ts';

const number = fc.oneof(fc.nat(20), fc.integer());
const pairs = fc.array(fc.tuple(number, number), { minLength: 1, maxLength: 6000 });

test('pairs are numbered in the order of their coming', () => {
  fc.assert(
    fc.property(pairs, (added) => {
      const table = new PairTable();
      const map = new Map<string, number>();
      for (const [first, second] of added) {
        const key = `${first} ${second}`;
        expect(table.find(first, second)).toBe(map.get(key) ?? -1);
        if (!map.has(key)) map.set(key, map.size);
        const id = table.id(first, second);
        expect(id).toBe(map.get(key));
        expect([table.first(id), table.second(id)]).toEqual([first, second]);
      }
      expect(table.size).toBe(map.size);
    }),
    { numRuns: 20 },
  );
});

test('a number is kept for a pair until another takes its place', () => {
  fc.assert(
    fc.property(pairs, (added) => {
      const kept = new PairMap();
      const map = new Map<string, number>();
      added.forEach(([first, second], value) => {
        const key = `${first} ${second}`;
        expect(kept.get(first, second)).toBe(map.get(key) ?? -1);
        kept.set(first, second, value);
        map.set(key, value);
        expect(kept.get(first, second)).toBe(value);
      });
    }),
    { numRuns: 20 },
  );
});
