// The proof by search, for machines that are too many to write down: all machines of up to so many
// states that pass a suite, found by deciding a transition only when a test takes it. A decision
// that a test refutes rules out every machine with it. `judge.ts` is the plain way; where both can
// be done they agree.

import type { Relation } from '../../../model/generation/compare.ts';
import {
  impossible,
  type Mealy,
  nextOf,
  outputOf,
  possibleIn,
  possibleSets,
  type Word,
} from '../../../model/generation/mealy.ts';
import { namedMachine } from './machines.ts';

export interface Found {
  /**
   * Ways of deciding that no test refuted: machines up to the names of their states, the rest of
   * them left open.
   */
  passing: number;
  /**
   * Of these the faulty ones; a transition that can be taken and that no test decided may be any
   * fault.
   */
  alive: number;
  decisions: number;
}

export function searchPassing(
  specification: Mealy,
  tests: readonly Word[],
  { states, relation }: { states: number; relation: Relation },
): Found {
  const width = specification.inputs.length;
  const machine = namedMachine(states, width, specification.outputs.length);
  const found: Found = { passing: 0, alive: 0, decisions: 0 };
  const steps = flatten(specification, tests);
  const sets = relation === 'equivalence' ? possibleSets(specification) : null;
  /**
   * By state of the machine: the inputs that it allows, as those of a state of the specification.
   */
  const allowed = new Int32Array(states).fill(undecided);
  allowed[0] = sets?.[0] ?? undecided;
  /** States named so far: a new one gets the next name, so that no machine comes twice. */
  const play = (from: number, at: number, named: number): void => {
    let state = at;
    for (let index = from; index < steps.length; index++) {
      const { input, output, to, isFirst } = steps[index] ?? nothing;
      if (isFirst) state = 0;
      const cell = state * width + input;
      if (machine.next[cell] !== impossible) {
        if (machine.output[cell] !== output) return;
        state = machine.next[cell] ?? 0;
        if (sets !== null && allowed[state] !== sets[to]) return;
        continue;
      }
      machine.output[cell] = output;
      for (let next = 0; next < Math.min(named + 1, states); next++) {
        found.decisions++;
        if (next === named) allowed[next] = sets?.[to] ?? undecided;
        if (sets !== null && allowed[next] !== sets[to]) continue;
        machine.next[cell] = next;
        play(index + 1, next, Math.max(named, next + 1));
      }
      machine.next[cell] = impossible;
      machine.output[cell] = impossible;
      return;
    }
    const verdict = verdictOf(specification, machine, sets, allowed);
    if (verdict !== 'outside') found.passing++;
    if (verdict === 'faulty') found.alive++;
  };
  play(0, 0, 1);
  return found;
}

const undecided = -1;

interface Step {
  input: number;
  output: number;
  /** The state of the specification where it ends. */
  to: number;
  isFirst: boolean;
}
const nothing: Step = { input: 0, output: 0, to: 0, isFirst: true };

/** All steps of all tests, with what the specification answers. */
function flatten(specification: Mealy, tests: readonly Word[]): Step[] {
  return tests.flatMap((word) => {
    let state = 0;
    return word.map((input, index) => {
      const output = outputOf(specification, state, input);
      state = nextOf(specification, state, input);
      return { input, output, to: state, isFirst: index === 0 };
    });
  });
}

/** Outside: some word that is answered alike ends where other inputs are allowed. */
function verdictOf(
  specification: Mealy,
  machine: Mealy,
  sets: Int32Array | null,
  allowed: Int32Array,
): 'outside' | 'faulty' | 'related' {
  const pairs = [[0, 0]];
  const seen = new Set(['0 0']);
  let isFaulty = false;
  for (const [right = 0, state = 0] of pairs) {
    if (sets !== null && sets[right] !== allowed[state]) return 'outside';
    for (const input of possibleIn(specification, right)) {
      const next = nextOf(machine, state, input);
      const isAlike = outputOf(machine, state, input) === outputOf(specification, right, input);
      isFaulty ||= next === impossible || !isAlike;
      if (next === impossible || !isAlike) continue;
      const pair = [nextOf(specification, right, input), next];
      if (seen.has(pair.join(' '))) continue;
      seen.add(pair.join(' '));
      pairs.push(pair);
    }
  }
  return isFaulty ? 'faulty' : 'related';
}
