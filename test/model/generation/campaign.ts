// `npm run generators`: the proof of the generators in full. Every suite against every machine of
// the families that can be afforded, then every single mutant of larger machines drawn from a seed.
// Exit code 1 where a guarantee is false. Options: `--seed <n>`, `--drawn <n>` machines.

import { parseArgs } from 'node:util';
import type { Relation } from '../../../model/generation/compare.ts';
import { drawMutants, survivorsOf } from '../../../model/generation/kills.ts';
import type { Mealy, Word } from '../../../model/generation/mealy.ts';
import { createGenerators, type Method, methods } from '../../../model/generation/methods.ts';
import { faults, populationOf } from '../../../model/generation/mutants.ts';
import { emptyTally, judgeAll } from './judge.ts';
import { allMachines, specifications } from './machines.ts';
import { drawMachine } from './random-machine.ts';
import { searchPassing } from './search.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    drawn: { type: 'string', default: '60' },
  },
});
const relations: readonly Relation[] = ['equivalence', 'quasi-equivalence'];
let isFalse = false;

for (const partial of [false, true]) {
  // Of complete machines both relations say the same.
  for (const relation of partial ? relations : relations.slice(0, 1)) {
    for (const method of methods) {
      for (const extra of [0, 1]) enumerate({ partial, relation, method, states: 2, extra });
      for (const extra of [2, 3]) search({ partial, relation, method, states: 2, extra });
      for (const extra of [0, 1]) search({ partial, relation, method, states: 3, extra });
    }
  }
}
mutants(Number(values.drawn), Number(values.seed));
process.exitCode = isFalse ? 1 : 0;

interface Round {
  partial: boolean;
  relation: Relation;
  method: Method;
  states: number;
  extra: number;
}

/**
 * All minimal machines of two inputs and two outputs, each against all machines of up to n + k
 * states.
 */
function enumerate(round: Round): void {
  const { partial, relation, states, extra } = round;
  const shape = { states: states + extra, inputs: 2, outputs: 2 };
  const family = allMachines({ ...shape, partial: partial && relation === 'equivalence' });
  const tally = emptyTally();
  const count = forEachSuite(round, (machine, tests) => {
    judgeAll(machine, tests, family, relation, tally);
  });
  isFalse ||= tally.alive + tally.slandered > 0;
  say('enumerated', round, { ...count, ...tally });
}

/** The same by search, where machines of up to n + k states are too many to write down. */
function search(round: Round): void {
  const { relation, states, extra } = round;
  const tally = { passing: 0, alive: 0, decisions: 0 };
  const count = forEachSuite(round, (machine, tests) => {
    const found = searchPassing(machine, tests, { states: states + extra, relation });
    tally.passing += found.passing;
    tally.alive += found.alive;
    tally.decisions += found.decisions;
  });
  isFalse ||= tally.alive > 0;
  say('searched', round, { ...count, ...tally });
}

function forEachSuite(
  { partial, relation, method, states, extra }: Round,
  use: (machine: Mealy, tests: readonly Word[]) => void,
): { specifications: number; notReduced: number; tests: number } {
  const count = { specifications: 0, notReduced: 0, tests: 0 };
  for (const machine of specifications({ states, inputs: 2, outputs: 2, partial })) {
    const generators = createGenerators(machine, relation);
    if (!isSeparable(generators.separation)) {
      count.notReduced++;
      continue;
    }
    const tests = [...generators.complete(method, extra).tests()];
    count.specifications++;
    count.tests += tests.length;
    use(machine, tests);
  }
  return count;
}

/**
 * Quasi-equivalence has no suite where no output tells two states apart: the generator refuses, and
 * says which.
 */
function isSeparable(separation: () => unknown): boolean {
  try {
    separation();
    return true;
  } catch (error) {
    if (error instanceof Error && /expected a reduced machine/.test(error.message)) return false;
    throw error;
  }
}

/** All single faults, extra states included, of machines too large to be enumerated. */
function mutants(drawn: number, seed: number): void {
  for (const partial of [false, true]) {
    for (const method of methods) {
      const tally = { machines: 0, mutants: 0, equivalent: 0, outside: 0, killed: 0, alive: 0 };
      for (let index = 0; index < drawn; index++) {
        const states = 3 + (index % 8);
        const shape = { states, inputs: 2 + (index % 3), outputs: 2 + (index % 2), partial };
        const machine = drawMachine(shape, seed * 1000 + index);
        const generators = createGenerators(machine);
        tally.machines++;
        for (const fault of faults) {
          const all = { size: Number.POSITIVE_INFINITY, seed };
          const sample = drawMutants(machine, populationOf(machine, fault), all);
          const extra = fault.startsWith('extra') ? 1 : 0;
          const tests = generators.complete(method, extra).tests();
          const alive = survivorsOf(machine, sample.faulty, tests).length;
          tally.mutants += sample.drawn;
          tally.equivalent += sample.equivalent;
          tally.outside += sample.outside;
          tally.killed += sample.faulty.length - alive;
          tally.alive += alive;
        }
      }
      isFalse ||= tally.alive > 0;
      const kind = partial ? 'partial' : 'complete';
      console.log(`mutants, seed ${seed}: ${kind}, ${method}: ${textOf(tally)}`);
    }
  }
}

function say(how: string, round: Round, figures: object): void {
  const { partial, relation, method, states, extra } = round;
  const kind = `${partial ? 'partial' : 'complete'}, ${relation}`;
  console.log(`${how}: ${kind}, ${method}, ${states} states + ${extra}: ${textOf(figures)}`);
}

function textOf(figures: object): string {
  return Object.entries(figures)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
}
