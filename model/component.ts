// A part of the product as a memoised step over numbered states and numbered operations. It knows no meaning: the
// pure function that it is given does.

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
  /** Of each sequence, the state after it plus one, by the state before it; 0 is unknown. */
  const memo: Int32Array[] = [];
  const learn = (state: number, sequence: number): number => {
    const next = states.id(sequences.value(sequence).reduce(step, states.value(state)));
    const row = withRoom(memo[sequence] ?? new Int32Array(8), state);
    row[state] = next + 1;
    memo[sequence] = row;
    return next;
  };
  return {
    initial: states.id(first),
    value: states.value,
    sequence: sequences.id,
    apply(state, sequence) {
      const row = memo[sequence];
      const known = row !== undefined && state < row.length ? (row[state] ?? 0) : 0;
      return known > 0 ? known - 1 : learn(state, sequence);
    },
  };
}

function withRoom(row: Int32Array, state: number): Int32Array {
  if (state < row.length) return row;
  const larger = new Int32Array(2 ** (32 - Math.clz32(state)));
  larger.set(row);
  return larger;
}
