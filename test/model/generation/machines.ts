// All small Mealy machines, by number: every table of next states and outputs, the partial ones too
// where asked. Also those among them that a suite can be made of, each once up to the names of its
// states.

import { emptyMachine, impossible, type Mealy } from '../../../model/generation/mealy.ts';
import { minimise, reachedIn } from '../../../model/generation/minimise.ts';

export interface Shape {
  states: number;
  inputs: number;
  outputs: number;
  /** Whether an input may be impossible in a state. */
  partial: boolean;
}
export interface Family {
  readonly size: number;
  /** Always the same machine object, filled anew. */
  at(index: number): Mealy;
}

export function allMachines({ states, inputs, outputs, partial }: Shape): Family {
  const choices = states * outputs + (partial ? 1 : 0);
  const cells = states * inputs;
  const machine = namedMachine(states, inputs, outputs);
  return {
    size: choices ** cells,
    at(index) {
      let left = index;
      for (let cell = 0; cell < cells; cell++) {
        const choice = left % choices;
        left = Math.floor(left / choices);
        const isPossible = choice < states * outputs;
        machine.next[cell] = isPossible ? choice % states : impossible;
        machine.output[cell] = isPossible ? Math.floor(choice / states) : impossible;
      }
      return machine;
    },
  };
}

export function namedMachine(states: number, inputs: number, outputs: number): Mealy {
  const names = (letter: string, count: number): string[] =>
    Array.from({ length: count }, (_, index) => `${letter}${index}`);
  return emptyMachine(states, names('i', inputs), names('o', outputs));
}

/** Minimal, everything reached, states numbered in the order of a walk: each machine once. */
export function isSpecification(machine: Mealy): boolean {
  const reached = reachedIn(machine);
  if (reached.length < machine.states) return false;
  if (reached.some((state, order) => state !== order)) return false;
  return minimise(machine).machine.states === machine.states;
}

export function* specifications(shape: Shape): Generator<Mealy> {
  const family = allMachines(shape);
  for (let index = 0; index < family.size; index++) {
    const machine = family.at(index);
    if (isSpecification(machine)) yield copyOf(machine);
  }
}

export const copyOf = (machine: Mealy): Mealy => ({
  ...machine,
  next: machine.next.slice(),
  output: machine.output.slice(),
});
