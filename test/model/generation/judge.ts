// The proof by brute force: a suite against every machine of a family, each judged twice, by the
// suite and by the product with the specification. The two must agree on every machine that the
// guarantee speaks of.

import { compareMachines, type Relation } from '../../../model/generation/compare.ts';
import { impossible, type Mealy, type Word } from '../../../model/generation/mealy.ts';
import type { Family } from './machines.ts';

export interface Tally {
  machines: number;
  /** No fault, and the suite passes them. */
  passed: number;
  /** Faulty, and the suite says so. */
  killed: number;
  /** Faulty, and the suite passes them: the guarantee would be false. */
  alive: number;
  /** No fault, and the suite fails them: the suite would be wrong. */
  slandered: number;
  /** Machines that the relation does not speak of: they do not allow what they must. */
  outside: number;
}

export const emptyTally = (): Tally => ({
  machines: 0,
  passed: 0,
  killed: 0,
  alive: 0,
  slandered: 0,
  outside: 0,
});

export function judgeAll(
  specification: Mealy,
  tests: readonly Word[],
  family: Family,
  relation: Relation,
  tally: Tally = emptyTally(),
): Tally {
  const play = createPlay(specification, tests);
  for (let index = 0; index < family.size; index++) {
    const machine = family.at(index);
    const passes = play(machine);
    const { kind } = compareMachines(specification, machine, relation);
    tally.machines++;
    if (kind === 'outside') tally.outside++;
    else if (kind === 'related') tally[passes ? 'passed' : 'slandered']++;
    else tally[passes ? 'alive' : 'killed']++;
  }
  return tally;
}

/** Whether a machine gives the specification's output at every step of every test. */
export function createPlay(
  specification: Mealy,
  tests: readonly Word[],
): (machine: Mealy) => boolean {
  const width = specification.inputs.length;
  const wanted = tests.map((word) => {
    let state = 0;
    return word.map((input) => {
      const at = state * width + input;
      state = specification.next[at] ?? impossible;
      return specification.output[at] ?? impossible;
    });
  });
  return ({ next, output }) =>
    tests.every((word, test) => {
      let state = 0;
      const outputs = wanted[test] ?? [];
      for (let step = 0; step < word.length; step++) {
        const at = state * width + (word[step] ?? 0);
        if (output[at] !== outputs[step]) return false;
        state = next[at] ?? impossible;
      }
      return true;
    });
}
