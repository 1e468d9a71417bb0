// Faults of a Mealy machine, numbered so that all of them or a sample can be taken: one wrong
// output, one wrong next state, and one state too many with one of these in it. Not the broken
// implementations of the suite. Spec: conformance.md, "Test suites".

import { emptyMachine, type Mealy, nextOf, outputOf, possibleIn, possibleSets } from './mealy.ts';

/**
 * `output`: a transition puts out something else. `transfer`: it leads to another state that allows
 * the same inputs. `extra-…`: it leads to a copy of its state, in which one transition has the
 * fault; a copy may also lead to itself.
 */
export type Fault = 'output' | 'transfer' | 'extra-output' | 'extra-transfer';
export const faults: readonly Fault[] = ['output', 'transfer', 'extra-output', 'extra-transfer'];

export interface Change {
  readonly state: number;
  readonly input: number;
  readonly next: number;
  readonly output: number;
}
export interface Mutant {
  readonly fault: Fault;
  /** The state whose copy is added as the last one; null: none is. */
  readonly copyOf: number | null;
  /** The first is the way into the fault: up to there the mutant is the machine. */
  readonly changes: readonly [Change, ...Change[]];
}
export interface Population {
  readonly size: number;
  at(index: number): Mutant;
}

/** Every mutant of a machine by one kind of fault. */
export function populationOf(machine: Mealy, fault: Fault): Population {
  const ways = waysOf(machine);
  switch (fault) {
    case 'output':
    case 'transfer':
      return numbered(ways.transitions, (at) => ways.single(fault, at));
    case 'extra-output':
      return numbered(ways.transitions, (at) => ways.inCopy('output', at));
    case 'extra-transfer':
      return numbered(ways.transitions, (at) => ways.inCopy('transfer', at));
  }
}

/** The whole machine that a mutant is. */
export function mutate(machine: Mealy, { copyOf, changes }: Mutant): Mealy {
  const width = machine.inputs.length;
  const states = machine.states + (copyOf === null ? 0 : 1);
  const mutant = emptyMachine(states, machine.inputs, machine.outputs);
  mutant.next.set(machine.next);
  mutant.output.set(machine.output);
  if (copyOf !== null) {
    const [from, to] = [copyOf * width, (copyOf + 1) * width];
    mutant.next.copyWithin(machine.states * width, from, to);
    mutant.output.copyWithin(machine.states * width, from, to);
  }
  for (const { state, input, next, output } of changes) {
    mutant.next[state * width + input] = next;
    mutant.output[state * width + input] = output;
  }
  return mutant;
}

interface Transition {
  readonly state: number;
  readonly input: number;
}
/** The mutants that begin at one transition: how many, and each. */
interface Ways {
  readonly count: number;
  at(index: number): Mutant;
}

function waysOf(machine: Mealy): {
  transitions: readonly Transition[];
  single(fault: 'output' | 'transfer', at: Transition): Ways;
  inCopy(fault: 'output' | 'transfer', at: Transition): Ways;
} {
  const possible = Array.from({ length: machine.states }, (_, state) => possibleIn(machine, state));
  const transitions = possible.flatMap((inputs, state) =>
    inputs.map((input) => ({ state, input })),
  );
  const alike = groupsOf(possibleSets(machine));
  const copy = machine.states;
  /** What a transition of a state becomes; in a copy it may also lead to the copy. */
  const wrong = (
    fault: 'output' | 'transfer',
    { state, input }: Transition,
    isInCopy: boolean,
  ): { count: number; at(index: number): Change } => {
    const [next, output] = [nextOf(machine, state, input), outputOf(machine, state, input)];
    const at = { state: isInCopy ? copy : state, input, next, output };
    if (fault === 'output') {
      const count = machine.outputs.length - 1;
      return { count, at: (index) => ({ ...at, output: index < output ? index : index + 1 }) };
    }
    const targets = (alike[next] ?? []).filter((target) => target !== next);
    if (isInCopy && alike[next] === alike[state]) targets.push(copy);
    return { count: targets.length, at: (index) => ({ ...at, next: targets[index] ?? next }) };
  };
  return {
    transitions,
    single(fault, transition) {
      const { count, at } = wrong(fault, transition, false);
      return { count, at: (index) => ({ fault, copyOf: null, changes: [at(index)] }) };
    },
    inCopy(fault, { state, input }) {
      const copyOf = nextOf(machine, state, input);
      const output = outputOf(machine, state, input);
      const faulty = (possible[copyOf] ?? []).map((into) =>
        wrong(fault, { state: copyOf, input: into }, true),
      );
      const count = faulty.reduce((sum, one) => sum + one.count, 0);
      const way: Change = { state, input, next: copy, output };
      return {
        count,
        at(index) {
          let left = index;
          for (const one of faulty) {
            if (left < one.count) {
              return { fault: `extra-${fault}`, copyOf, changes: [way, one.at(left)] };
            }
            left -= one.count;
          }
          throw beyond(index, count);
        },
      };
    },
  };
}

/** Numbers the mutants of all transitions through. */
function numbered(
  transitions: readonly Transition[],
  waysAt: (at: Transition) => Ways,
): Population {
  const ends: number[] = [];
  for (const transition of transitions) {
    ends.push((ends.at(-1) ?? 0) + waysAt(transition).count);
  }
  const size = ends.at(-1) ?? 0;
  return {
    size,
    at(index) {
      const found = firstAbove(ends, index);
      const transition = transitions[found];
      if (transition === undefined || index < 0) throw beyond(index, size);
      return waysAt(transition).at(index - (ends[found - 1] ?? 0));
    },
  };
}

/** Of rising numbers the index of the first that is greater. */
function firstAbove(rising: readonly number[], value: number): number {
  let [low, high] = [0, rising.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rising[middle] ?? 0) > value) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** For each member the list of those of its group, the same list for all of them. */
function groupsOf(groupOf: Int32Array): number[][] {
  const groups = new Map<number, number[]>();
  for (const [member, group] of groupOf.entries()) {
    const members = groups.get(group) ?? [];
    members.push(member);
    groups.set(group, members);
  }
  return [...groupOf].map((group) => groups.get(group) ?? []);
}

const beyond = (index: number, size: number): Error =>
  new RangeError(`mutant: expected a number below ${size}, got ${index}`);
