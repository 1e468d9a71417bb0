// A part of the product as a memoised step over numbered states and numbered operations. It knows no meaning: the
// pure function that it is given does.

import { PairMap } from './explore/pair-map.ts';
import { createInterner } from './intern.ts';

export interface Component<State, Operation> {
  readonly initial: number;
  /** The state after a sequence of operations, by its number. */
  apply(state: number, sequence: number): number;
  /** The number of a sequence of operations. */
  sequence(operations: readonly Operation[]): number;
  value(state: number): State;
}

export function createComponent<State, Operation>(
  first: State,
  step: (state: State, operation: Operation) => State,
): Component<State, Operation> {
  const states = createInterner<State>();
  const sequences = createInterner<readonly Operation[]>();
  const memo = new PairMap();
  return {
    initial: states.id(first),
    value: states.value,
    sequence: sequences.id,
    apply(state, sequence) {
      const known = memo.get(state, sequence);
      if (known >= 0) return known;
      const next = states.id(sequences.value(sequence).reduce(step, states.value(state)));
      memo.set(state, sequence, next);
      return next;
    },
  };
}
