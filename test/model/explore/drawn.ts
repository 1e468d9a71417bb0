// Graphs small enough to draw, as models of one word: numbered states, and edges with the name of their class.

import type { Fairness } from '../../../model/explore/fairness.ts';
import type { Model, Prospective } from '../../../model/explore.ts';

/** From state 0 on; a class that begins with `!` is strong, one with a capital letter weak, others are none. */
export type Edge = readonly [from: number, name: string, to: number];

export const drawn = (edges: readonly Edge[]): Model<number, string> => ({
  width: 1,
  initial: [0],
  view: ({ 0: state }) => state ?? 0,
  step: (id) => edges[id]?.[1] ?? '',
  expand(words, sink) {
    const state = words[0] ?? 0;
    edges.forEach(([from, , to], id) => {
      if (from === state) sink(id, Int32Array.of(to), -1);
    });
  },
});

export function fairnessOf(name: string): Fairness | null {
  if (name.startsWith('!')) return { name, strength: 'strong' };
  return /^[A-Z]/.test(name) ? { name, strength: 'weak' } : null;
}

/** From every state of the first list a state of the second is reached. */
export const leadsTo = (
  from: readonly number[],
  goals: readonly number[],
  kind: 'eventually' | 'possibly' = 'eventually',
): Prospective<number, string> => ({
  kind,
  name: 'leads to',
  about: '',
  requirements: [],
  cases: [
    {
      about: 'it',
      from: (state) => from.includes(state),
      goal: (state) => goals.includes(state),
    },
  ],
});
