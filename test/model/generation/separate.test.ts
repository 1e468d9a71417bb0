// What tells states apart: every pair, by a word that both have and both allow.

import { describe, expect, test } from 'vitest';
import type { Relation } from '../../../model/generation/compare.ts';
import {
  type Mealy,
  possibleSets,
  tableToMealy,
  type Word,
} from '../../../model/generation/mealy.ts';
import { possiblePart, separate } from '../../../model/generation/separate.ts';
import { drawMachine } from './random-machine.ts';

/**
 * All that a word shows from a state: outputs, and where they count the inputs that are possible
 * after each.
 */
function shownBy(machine: Mealy, state: number, word: Word, relation: Relation): string {
  const sets = possibleSets(machine);
  const shown: (number | undefined)[] = relation === 'equivalence' ? [sets[state]] : [];
  let at = state;
  for (const input of word) {
    const cell = at * machine.inputs.length + input;
    shown.push(machine.output[cell]);
    at = machine.next[cell] ?? 0;
    if (relation === 'equivalence') shown.push(sets[at]);
  }
  return shown.join();
}

const isBegunBy = (word: Word, longer: Word): boolean => word.every((one, i) => longer[i] === one);

function pairsOf(machine: Mealy): [number, number][] {
  const states = [...Array(machine.states).keys()];
  return states.flatMap((one) => states.slice(one + 1).map((two): [number, number] => [one, two]));
}

describe.each(['equivalence', 'quasi-equivalence'] as const)('for %s', (relation) => {
  const machines = [1, 2, 3, 4, 5, 6].map((seed) =>
    drawMachine({ states: 3 + seed, inputs: 3, outputs: 3, partial: false }, seed),
  );
  if (relation === 'equivalence') {
    machines.push(drawMachine({ states: 9, inputs: 2, outputs: 2, partial: true }, 9));
  }

  test.each(machines)('harmonised identifiers share a word for any two states', (machine) => {
    const { harmonised } = separate(machine, relation);
    const tell = (one: number, two: number, word: Word): boolean =>
      shownBy(machine, one, word, relation) !== shownBy(machine, two, word, relation);
    for (const [one, two] of pairsOf(machine)) {
      const shared = (harmonised[one] ?? []).filter((word) =>
        (harmonised[two] ?? []).some((other) => isBegunBy(word, other)),
      );
      expect(
        [[], ...shared].some((word) => tell(one, two, word)),
        `${one} ${two}`,
      ).toBe(true);
    }
    for (const [state, words] of harmonised.entries()) {
      for (const word of words) expect(possiblePart(machine, state, word)).toEqual(word);
    }
  });

  test.each(machines)('identifying words are of the characterisation set', (machine) => {
    const { characterisation, identifying } = separate(machine, relation);
    for (const [state, words] of identifying.entries()) {
      for (const word of words) expect(characterisation).toContain(word);
      for (let other = 0; other < machine.states; other++) {
        if (other === state) continue;
        const isTold = [[], ...words].some((word) => {
          const both = possiblePart(machine, other, possiblePart(machine, state, word));
          return (
            shownBy(machine, state, both, relation) !== shownBy(machine, other, both, relation)
          );
        });
        expect(isTold, `${state} ${other}`).toBe(true);
      }
    }
  });
});

test('a machine that is not minimal is refused, and its states are named', () => {
  const twice = tableToMealy(['a'], [[['x', 1]], [['y', 2]], [['y', 1]]]);
  expect(() => separate(twice, 'equivalence')).toThrow('states 1, 2 apart; minimise it first');
});

test('states that only their inputs tell apart need no word, or cannot be told apart', () => {
  const partial = tableToMealy(
    ['a', 'b'],
    [
      [['x', 1], null],
      [null, ['x', 0]],
    ],
  );
  expect(separate(partial, 'equivalence').harmonised).toEqual([[], []]);
  expect(() => separate(partial, 'quasi-equivalence')).toThrow('expected a reduced machine');
});
