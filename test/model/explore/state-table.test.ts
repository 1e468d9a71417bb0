// The table of states is a set of states: nothing is lost or taken for another, however little it is told of a change.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { StateTable } from '../../../model/explore/state-table.ts';

describe('the state table', () => {
  test.each([1, 2, 3, 7, 11, 31])('of %i words numbers states as a map would', (width) => {
    const state = fc.array(fc.oneof(fc.nat(3), fc.nat(2 ** 31 - 1)), {
      minLength: width,
      maxLength: width,
    });
    fc.assert(
      fc.property(fc.array(state, { maxLength: 1500 }), (states) => {
        const table = new StateTable(width);
        const map = new Map<string, number>();
        for (const words of states) {
          if (!map.has(words.join())) map.set(words.join(), map.size);
          expect(table.add(Int32Array.from(words), -1)).toBe(map.get(words.join()));
        }
        expect(table.size).toBe(map.size);
        const read = new Int32Array(width);
        for (const [key, id] of map) {
          table.unfold(id, read);
          expect(read.join()).toBe(key);
        }
      }),
      { numRuns: 10 },
    );
  });

  test('a state told by its changes is the state told whole', () => {
    const width = 9;
    const change = fc.tuple(fc.nat(width - 1), fc.nat(4));
    fc.assert(
      fc.property(fc.array(fc.array(change, { maxLength: 3 }), { maxLength: 300 }), (steps) => {
        const [changed, whole] = [new StateTable(width), new StateTable(width)];
        const words = new Int32Array(width);
        changed.add(words, -1);
        whole.add(words, -1);
        for (const step of steps) {
          const from = step.length % changed.size;
          changed.unfold(from, words);
          let mask = 0;
          for (const [word, value] of step) {
            words[word] = value;
            mask |= 1 << word;
          }
          expect(changed.add(words, mask)).toBe(whole.add(words, -1));
        }
      }),
      { numRuns: 50 },
    );
  });

  test('words that grow, each for itself, leave the states before them as they were', () => {
    const table = new StateTable(5);
    const states = Array.from({ length: 3000 }, (_, at) =>
      [at % 3, at, 7 * at, at >> 4, at * at].map((word) => word % 2 ** 22),
    );
    const numbers = states.map((words) => table.add(Int32Array.from(words), -1));
    expect(numbers).toEqual([...states.keys()]);
    const words = new Int32Array(5);
    states.forEach((state, id) => {
      table.unfold(id, words);
      expect([...words]).toEqual(state);
    });
  });

  test('a state costs no more bytes than its words need bits', () => {
    const table = new StateTable(8);
    for (let at = 0; at < 2 ** 16; at++) {
      table.add(Int32Array.of(at & 15, at >> 4, 0, 0, 1, 2, 3, at & 7), -1);
    }
    expect(table.bytes / table.size).toBeLessThanOrEqual(4 + 8);
  });

  test('a state that has no word, or more than a mask has bits, is refused', () => {
    expect(() => new StateTable(0)).toThrow('1 to 31 words');
    expect(() => new StateTable(32)).toThrow('1 to 31 words');
    expect(() => new StateTable(2).add(Int32Array.of(0, -1), -1)).toThrow('0 or more, not -1');
  });
});
