// Harmonised words from the table of all pairs: for each pair of states a shortest word that both
// allow and that they answer differently. What is possible is not counted as seen, so a pair may
// have none. Spec: conformance.md, "Test suites".

import { impossible, type Mealy, nextOf, outputOf, type Word } from './mealy.ts';

/** For each state one word for each other state; the word of a pair is in both. */
export function separatePairs(machine: Mealy): readonly (readonly Word[])[] {
  const { states } = machine;
  const firstInput = fillTable(machine);
  return Array.from({ length: states }, (_, state) => {
    const words = new Map<string, Word>();
    for (let other = 0; other < states; other++) {
      if (other === state) continue;
      const word = wordOf(machine, firstInput, state, other);
      words.set(word.join(), word);
    }
    return [...words.values()];
  });
}

/**
 * By pair, the smaller state first: the first input of its word, or `impossible` where there is no
 * word.
 */
function fillTable(machine: Mealy): Int32Array {
  const { states, inputs } = machine;
  const table = new Int32Array(states * states).fill(impossible);
  for (let isGrowing = true; isGrowing; ) {
    const found: number[] = [];
    for (let one = 0; one < states; one++) {
      for (let other = one + 1; other < states; other++) {
        if (table[one * states + other] !== impossible) continue;
        for (let input = 0; input < inputs.length; input++) {
          if (!isTold(machine, table, one, other, input)) continue;
          found.push(one * states + other, input);
          break;
        }
      }
    }
    // A round at a time, so that words are shortest.
    for (let i = 0; i < found.length; i += 2) table[found[i] ?? 0] = found[i + 1] ?? 0;
    isGrowing = found.length > 0;
  }
  return table;
}

function isTold(
  machine: Mealy,
  table: Int32Array,
  one: number,
  other: number,
  input: number,
): boolean {
  const [to, from] = [nextOf(machine, one, input), nextOf(machine, other, input)];
  if (to === impossible || from === impossible) return false;
  if (outputOf(machine, one, input) !== outputOf(machine, other, input)) return true;
  return to !== from && table[cellOf(machine, to, from)] !== impossible;
}

function wordOf(machine: Mealy, table: Int32Array, state: number, other: number): Word {
  const word: number[] = [];
  let [one, two] = [state, other];
  // A shortest word visits no pair twice.
  while (word.length < machine.states * machine.states) {
    const input = table[cellOf(machine, one, two)] ?? impossible;
    if (input === impossible) throw notReduced(state, other);
    word.push(input);
    if (outputOf(machine, one, input) !== outputOf(machine, two, input)) break;
    [one, two] = [nextOf(machine, one, input), nextOf(machine, two, input)];
  }
  return word;
}

const cellOf = ({ states }: Mealy, one: number, other: number): number =>
  Math.min(one, other) * states + Math.max(one, other);

const notReduced = (one: number, other: number): Error =>
  new Error(
    `separation: expected a reduced machine, but no word that the states ${one} and ${other} both ` +
      'allow is answered differently; only a suite for equivalence can be made of it',
  );
