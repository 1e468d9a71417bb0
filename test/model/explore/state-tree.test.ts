// The tree of states is a set of states: nothing is lost or taken for another, however little it is told of a change.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { StateTree } from '../../../model/explore/state-tree.ts';

describe('the state tree', () => {
  test.each([1, 2, 3, 7, 11, 31])('of %i words numbers states as a map would', (width) => {
    const state = fc.array(fc.oneof(fc.nat(3), fc.nat(2 ** 31 - 1)), {
      minLength: width,
      maxLength: width,
    });
    fc.assert(
      fc.property(fc.array(state, { maxLength: 1500 }), (states) => {
        const tree = new StateTree(width, Math.ceil(width / 2));
        const map = new Map<string, number>();
        for (const words of states) {
          if (!map.has(words.join())) map.set(words.join(), map.size);
          expect(tree.add(Int32Array.from(words), -1)).toBe(map.get(words.join()));
        }
        expect(tree.size).toBe(map.size);
        const read = new Int32Array(width);
        for (const [key, id] of map) {
          tree.unfold(id, read);
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
        const [changed, whole] = [new StateTree(width, 4), new StateTree(width, 4)];
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

  test('equal cores have one number, and only they', () => {
    const tree = new StateTree(4, 2);
    const coreOf = (...words: number[]): number =>
      tree.coreOf(tree.add(Int32Array.from(words), -1));
    expect([coreOf(1, 2, 0, 0), coreOf(1, 2, 5, 6), coreOf(2, 1, 0, 0)]).toEqual([0, 0, 1]);
  });

  test('a state that has no word, or more than a mask has bits, is refused', () => {
    expect(() => new StateTree(0, 1)).toThrow('1 to 31 words');
    expect(() => new StateTree(32, 1)).toThrow('1 to 31 words');
    expect(() => new StateTree(4, 5)).toThrow('a core has 1 to 4 words, not 5');
  });
});
