// A table of pairs is a map, whatever is put into it and however often it grows.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PairMap } from '../../../model/explore/pair-map.ts';

const number = fc.oneof(fc.nat(20), fc.integer());
const pairs = fc.array(fc.tuple(number, number), { minLength: 1, maxLength: 6000 });

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
