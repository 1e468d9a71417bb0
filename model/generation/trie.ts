// Words as a tree: a word that begins another is within it, and two words share how they begin.
// Spec: conformance.md, "Test suites".

import type { Word } from './mealy.ts';

export interface Trie {
  /** Never given twice, so that a set of places in tries has a name. */
  readonly id: number;
  readonly children: ReadonlyMap<number, Trie>;
}

/** Tries of words, numbered together. */
export interface TrieFactory {
  of(words: readonly Word[]): Trie;
}

export function createTrieFactory(): TrieFactory {
  let count = 0;
  const build = (words: readonly Word[]): Trie => {
    const id = count++;
    const rest = new Map<number, Word[]>();
    for (const [first, ...others] of words) {
      if (first === undefined) continue;
      rest.set(first, [...(rest.get(first) ?? []), others]);
    }
    // In the order of the inputs, whatever the order of the words.
    const inputs = [...rest.keys()].sort((one, other) => one - other);
    return { id, children: new Map(inputs.map((input) => [input, build(rest.get(input) ?? [])])) };
  };
  return { of: build };
}
