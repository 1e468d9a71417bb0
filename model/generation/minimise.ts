// Minimisation: only what is reached, and states that no observation tells apart become one. In
// which states an input is possible counts as observed, so what is merged allows the same inputs
// for ever. Not a way to find compatible states of partial machines. Spec: conformance.md, "Test
// suites".

import { emptyMachine, impossible, type Mealy, nextOf, outputOf } from './mealy.ts';

export interface Minimised {
  machine: Mealy;
  /**
   * By state of the machine given: its state in the minimal one, or -1 where nothing leads to it.
   */
  stateOf: Int32Array;
  /** States of the machine given that became one: only where there were two or more. */
  merged: readonly (readonly number[])[];
  /** States of the machine given that nothing leads to. */
  unreachable: readonly number[];
}

export function minimise(machine: Mealy): Minimised {
  const reached = reachedIn(machine);
  const classOf = refined(machine, reached);
  const members = new Map<number, number[]>();
  const stateOf = new Int32Array(machine.states).fill(-1);
  for (const state of reached) {
    const group = members.get(classOf[state] ?? 0) ?? [];
    members.set(classOf[state] ?? 0, [...group, state]);
  }
  // In the order in which a walk from the start comes to them.
  const groups = [...members.values()];
  for (const [index, group] of groups.entries()) for (const state of group) stateOf[state] = index;
  const minimal = emptyMachine(groups.length, machine.inputs, machine.outputs);
  for (const [index, [state = 0]] of groups.entries()) {
    for (let input = 0; input < machine.inputs.length; input++) {
      const next = nextOf(machine, state, input);
      if (next === impossible) continue;
      const at = index * machine.inputs.length + input;
      minimal.next[at] = stateOf[next] ?? impossible;
      minimal.output[at] = outputOf(machine, state, input);
    }
  }
  return {
    machine: minimal,
    stateOf,
    merged: groups.filter((group) => group.length > 1),
    unreachable: [...stateOf.keys()].filter((state) => stateOf[state] === -1),
  };
}

/** Every state that something leads to, in the order of their distance from the start. */
export function reachedIn(machine: Mealy): number[] {
  const order = [0];
  const seen = new Uint8Array(machine.states);
  seen[0] = 1;
  for (const state of order) {
    for (let input = 0; input < machine.inputs.length; input++) {
      const next = nextOf(machine, state, input);
      if (next === impossible || seen[next] === 1) continue;
      seen[next] = 1;
      order.push(next);
    }
  }
  return order;
}

/**
 * Moore's refinement: classes are split by what they show and where they lead until nothing splits.
 */
function refined(machine: Mealy, states: readonly number[]): Int32Array {
  let classOf = new Int32Array(machine.states);
  for (let count = 1; ; ) {
    const names = new Map<string, number>();
    const finer = new Int32Array(machine.states);
    for (const state of states) {
      const name = signature(machine, state, classOf);
      const known = names.get(name) ?? names.size;
      names.set(name, known);
      finer[state] = known;
    }
    if (names.size === count) return finer;
    count = names.size;
    classOf = finer;
  }
}

function signature(machine: Mealy, state: number, classOf: Int32Array): string {
  const cells: number[] = [classOf[state] ?? 0];
  for (let input = 0; input < machine.inputs.length; input++) {
    const next = nextOf(machine, state, input);
    cells.push(outputOf(machine, state, input), next === impossible ? -1 : (classOf[next] ?? 0));
  }
  return cells.join();
}
