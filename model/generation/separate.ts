// What tells states apart: harmonised identifiers, a characterisation set, and for each state the
// few words of that set that identify it. Spec: conformance.md, "Test suites".

import type { Relation } from './compare.ts';
import { impossible, type Mealy, nextOf, possibleSets, type Word } from './mealy.ts';
import { separatePairs } from './pair-table.ts';
import { seenWithPossible, splitStates } from './splitting-tree.ts';

export interface Separation {
  /**
   * By state. For any two states a word is in both, or begins one of both, that tells them apart.
   */
  readonly harmonised: readonly (readonly Word[])[];
  /** Tells any two states apart, as far as both allow its words. */
  readonly characterisation: readonly Word[];
  /** By state: words of the characterisation set that tell it from every other state. */
  readonly identifying: readonly (readonly Word[])[];
}

/**
 * Of a minimal machine; for quasi-equivalence of one in which outputs tell any two states apart.
 */
export function separate(machine: Mealy, relation: Relation): Separation {
  const harmonised = relation === 'equivalence' ? splitStates(machine) : separatePairs(machine);
  const told = createTold(machine, relation);
  const candidates = [...new Map(harmonised.flat().map((word) => [word.join(), word])).values()];
  const characterisation = fewest(candidates, told, pairsOf(machine.states));
  const identifying = harmonised.map((_, state) => {
    const others = [...harmonised.keys()].filter((other) => other !== state);
    return fewest(characterisation, told, Int32Array.from(others.flatMap((o) => [state, o])));
  });
  return { harmonised, characterisation, identifying };
}

/** As much of a word as a state allows. */
export function possiblePart(machine: Mealy, state: number, word: Word): Word {
  let at = state;
  for (const [index, input] of word.entries()) {
    at = nextOf(machine, at, input);
    if (at === impossible) return word.slice(0, index);
  }
  return word;
}

interface Told {
  /**
   * Nothing needs to be given: the states allow different inputs, and the relation counts that as
   * seen.
   */
  apart(one: number, other: number): boolean;
  by(word: Word, one: number, other: number): boolean;
}

function createTold(machine: Mealy, relation: Relation): Told {
  const isCounted = relation === 'equivalence';
  const sets = possibleSets(machine);
  const seen = isCounted ? seenWithPossible(machine) : machine.output;
  const width = machine.inputs.length;
  return {
    apart: (one, other) => isCounted && sets[one] !== sets[other],
    by(word, one, other) {
      let [left, right] = [one, other];
      for (const input of word) {
        const [to, from] = [left * width + input, right * width + input];
        left = machine.next[to] ?? impossible;
        right = machine.next[from] ?? impossible;
        if (left === impossible || right === impossible) return false;
        if (seen[to] !== seen[from]) return true;
        if (left === right) return false;
      }
      return false;
    },
  };
}

/**
 * Greedily few of these words that tell every pair apart which all of them do; pairs are flat: one,
 * other, one...
 */
function fewest(words: readonly Word[], told: Told, pairs: Int32Array): Word[] {
  const chosen: Word[] = [];
  let left = pairsWhere(pairs, (one, other) => !told.apart(one, other));
  // Every round chooses another word, so there are at most as many rounds.
  for (let round = 0; round < words.length && left.length > 0; round++) {
    let [best, bestCount]: [Word | null, number] = [null, 0];
    for (const word of words) {
      let count = 0;
      for (let i = 0; i < left.length; i += 2) {
        if (told.by(word, left[i] ?? 0, left[i + 1] ?? 0)) count++;
      }
      if (count > bestCount) [best, bestCount] = [word, count];
    }
    if (best === null) throw new Error('separation: its words do not tell all states apart');
    const taken = best;
    chosen.push(taken);
    left = pairsWhere(left, (one, other) => !told.by(taken, one, other));
  }
  return chosen;
}

function pairsOf(states: number): Int32Array {
  const pairs = new Int32Array(states * (states - 1));
  let at = 0;
  for (let one = 0; one < states; one++) {
    for (let other = one + 1; other < states; other++) {
      pairs[at++] = one;
      pairs[at++] = other;
    }
  }
  return pairs;
}

function pairsWhere(
  pairs: Int32Array,
  isKept: (one: number, other: number) => boolean,
): Int32Array {
  const kept: number[] = [];
  for (let i = 0; i < pairs.length; i += 2) {
    const [one, other] = [pairs[i] ?? 0, pairs[i + 1] ?? 0];
    if (isKept(one, other)) kept.push(one, other);
  }
  return Int32Array.from(kept);
}
