// A part of the product as a memoised step over numbered states and numbered operations. It knows no meaning: the
// pure function that it is given does.

import { createInterner } from './intern.ts';

export interface Component<State, Operation> {
  readonly initial: number;
  apply(state: number, operation: number): number;
  /** The number of an operation; a frozen one is looked up without being compared. */
  operation(value: Operation & object): number;
  value(state: number): State;
}

export function createComponent<State, Operation>(
  first: State,
  step: (state: State, operation: Operation) => State,
): Component<State, Operation> {
  const states = createInterner<State>();
  const operations = createInterner<Operation>();
  const memo = new Map<number, number>();
  const frozen = new WeakMap<object, number>();
  return {
    initial: states.id(first),
    value: states.value,
    apply(state, operation) {
      const key = state * operationsMax + operation;
      const known = memo.get(key);
      if (known !== undefined) return known;
      const next = states.id(step(states.value(state), operations.value(operation)));
      memo.set(key, next);
      return next;
    },
    operation(value) {
      const known = frozen.get(value);
      if (known !== undefined) return known;
      const id = operations.id(value);
      if (id >= operationsMax) throw new Error(`more than ${operationsMax} operations`);
      if (Object.isFrozen(value)) frozen.set(value, id);
      return id;
    },
  };
}

/** Keeps a pair of numbers within one exact double. */
const operationsMax = 2 ** 20;
