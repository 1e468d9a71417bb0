// Tables of tuples and of pairs are maps, whatever is put into them and however often they grow.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PairMap } from '../../../model/explore/pair-map.ts';
import { TupleTable } from '../../../model/explore/tuple-table.ts';

const number = fc.oneof(fc.nat(20), fc.integer());
const pairs = fc.array(fc.tuple(number, number), { minLength: 1, maxLength: 6000 });

test.each([2, 3, 4] as const)('tuples of %i are numbered in the order of their coming', (arity) => {
  const tuples = fc.array(fc.tuple(number, number, number, number), {
    minLength: 1,
    maxLength: 6000,
  });
  fc.assert(
    fc.property(tuples, (added) => {
      const table = new TupleTable(arity);
      const map = new Map<string, number>();
      for (const given of added) {
        const tuple = given.map((one, place) => (place < arity ? one : 0));
        const [a = 0, b = 0, c = 0, d = 0] = tuple;
        const key = tuple.join();
        if (!map.has(key)) map.set(key, map.size);
        const id = table.id(a, b, c, d);
        expect(id).toBe(map.get(key));
        const parts = tuple.slice(0, arity).map((_, place) => table.part(id, place));
        expect(parts).toEqual(tuple.slice(0, arity));
      }
      expect(table.size).toBe(map.size);
    }),
    { numRuns: 15 },
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
