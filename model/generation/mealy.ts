// A finite deterministic Mealy machine as numbers: what the generators of tests work on. State 0 is
// where it starts. Here `input` and `output` are those of the machine, not of a guest. It knows no
// chart. Spec: conformance.md, "Test suites".

import { createInterner } from '../intern.ts';

/** Partial: an input may be impossible in a state, so that nothing can give it there. */
export interface Mealy {
  readonly states: number;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** By `state * inputs.length + input`: the next state, or `impossible`. */
  readonly next: Int32Array;
  /** Likewise: the number of the output, or `impossible`. */
  readonly output: Int32Array;
}
/** Inputs in order. */
export type Word = readonly number[];

export const impossible = -1;
/** More states than any machine here has: what is not finite ends with an error. */
export const statesMax = 20_000;

export interface Move<State> {
  input: string;
  output: string;
  next: State;
}
export interface Walkable<State> {
  initial: State;
  /** Equal for states that are one. */
  key(state: State): string;
  /** Every input that is possible in a state, once. */
  moves(state: State): Iterable<Move<State>>;
}

/**
 * The machine of everything that is reached, and what its states were; numbered in the order of
 * their distance.
 */
export function exploreMealy<State>(walkable: Walkable<State>): {
  machine: Mealy;
  reached: readonly State[];
} {
  const states = createInterner<State>(walkable.key);
  const [inputs, outputs] = [createInterner<string>(), createInterner<string>()];
  const rows: [from: number, input: number, output: number, next: number][] = [];
  states.id(walkable.initial);
  for (let from = 0; from < states.size; from++) {
    if (from === statesMax) throw new RangeError(`machine: more than ${statesMax} states reached`);
    for (const { input, output, next } of walkable.moves(states.value(from))) {
      rows.push([from, inputs.id(input), outputs.id(output), states.id(next)]);
    }
  }
  const machine = emptyMachine(states.size, valuesOf(inputs), valuesOf(outputs));
  for (const [from, input, output, next] of rows) {
    const at = from * inputs.size + input;
    if (machine.next[at] !== impossible) {
      throw new Error(`machine: state ${from} has the input ${inputs.value(input)} twice`);
    }
    machine.next[at] = next;
    machine.output[at] = output;
  }
  return { machine, reached: valuesOf(states) };
}

/**
 * One row a state, one cell an input: what is put out and the next state; null where the input is
 * impossible.
 */
export function tableToMealy(
  inputs: readonly string[],
  rows: readonly (readonly (readonly [output: string, next: number] | null)[])[],
): Mealy {
  const outputs = [...new Set(rows.flatMap((row) => row.flatMap((cell) => cell?.[0] ?? [])))];
  const machine = emptyMachine(rows.length, inputs, outputs);
  for (const [state, row] of rows.entries()) {
    if (row.length !== inputs.length) {
      throw new RangeError(`row ${state}: expected ${inputs.length} cells, got ${row.length}`);
    }
    for (const [input, cell] of row.entries()) {
      if (cell === null) continue;
      const [output, next] = cell;
      if (!Number.isInteger(next) || next < 0 || next >= rows.length) {
        throw new RangeError(`row ${state}: expected a state below ${rows.length}, got ${next}`);
      }
      machine.next[state * inputs.length + input] = next;
      machine.output[state * inputs.length + input] = outputs.indexOf(output);
    }
  }
  return machine;
}

export function emptyMachine(
  states: number,
  inputs: readonly string[],
  outputs: readonly string[],
): Mealy {
  const cells = states * inputs.length;
  const next = new Int32Array(cells).fill(impossible);
  return { states, inputs, outputs, next, output: new Int32Array(cells).fill(impossible) };
}

export const nextOf = (machine: Mealy, state: number, input: number): number =>
  machine.next[state * machine.inputs.length + input] ?? impossible;

export const outputOf = (machine: Mealy, state: number, input: number): number =>
  machine.output[state * machine.inputs.length + input] ?? impossible;

/** The inputs that are possible in a state, in their order. */
export function possibleIn(machine: Mealy, state: number): number[] {
  const found: number[] = [];
  for (let input = 0; input < machine.inputs.length; input++) {
    if (nextOf(machine, state, input) !== impossible) found.push(input);
  }
  return found;
}

/** For each state a number: the same where the same inputs are possible. */
export function possibleSets(machine: Mealy): Int32Array {
  const sets = createInterner<number[]>();
  return Int32Array.from({ length: machine.states }, (_, state) =>
    sets.id(possibleIn(machine, state)),
  );
}

export const transitionsOf = (machine: Mealy): number =>
  machine.next.reduce((sum, next) => (next === impossible ? sum : sum + 1), 0);

function valuesOf<T>(interner: { size: number; value(id: number): T }): T[] {
  return Array.from({ length: interner.size }, (_, id) => interner.value(id));
}
