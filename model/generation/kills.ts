// Which mutants a suite kills: every test is walked once, and a mutant is played only from its own
// fault on. A mutant is killed when some test gives another output. Spec: conformance.md, "Test
// suites".

import { type Comparison, compareMachines } from './compare.ts';
import { impossible, type Mealy, nextOf, outputOf, type Word } from './mealy.ts';
import { type Mutant, mutate, type Population } from './mutants.ts';
import { createRandom, sampleBelow } from './random.ts';

export interface Sample {
  /** How many mutants there are in all. */
  population: number;
  drawn: number;
  /** Drawn, and no fault: nothing tells them from the machine. */
  equivalent: number;
  /**
   * Drawn, and not judged: they allow other inputs after some word, which the guarantee excludes.
   */
  outside: number;
  /** What is left: a complete suite must kill them all, if it supposes as many states. */
  faulty: readonly Mutant[];
}

/** A sample without repetition, or all where `size` is no less than there are. */
export function drawMutants(
  machine: Mealy,
  population: Population,
  { size, seed }: { size: number; seed: number },
): Sample {
  const count: { [kind in Comparison['kind']]: number } = { related: 0, different: 0, outside: 0 };
  const faulty: Mutant[] = [];
  const drawn = sampleBelow(population.size, size, createRandom(seed));
  for (const index of drawn) {
    const mutant = population.at(index);
    const { kind } = compareMachines(machine, mutate(machine, mutant), 'equivalence');
    count[kind]++;
    if (kind === 'different') faulty.push(mutant);
  }
  const { related: equivalent, outside } = count;
  return { population: population.size, drawn: drawn.length, equivalent, outside, faulty };
}

/** The mutants that live through all tests. */
export function survivorsOf(
  machine: Mealy,
  mutants: Iterable<Mutant>,
  tests: Iterable<Word>,
): Mutant[] {
  const width = machine.inputs.length;
  const living = new Map<number, Mutant[]>();
  for (const mutant of mutants) {
    const [{ state, input }] = mutant.changes;
    const at = state * width + input;
    living.set(at, [...(living.get(at) ?? []), mutant]);
  }
  for (const word of tests) {
    if (living.size === 0) break;
    walkTest(machine, word, living);
  }
  return [...living.values()].flat();
}

function walkTest(machine: Mealy, word: Word, living: Map<number, Mutant[]>): void {
  const entered = new Set<number>();
  let state = 0;
  for (const [index, input] of word.entries()) {
    const at = state * machine.inputs.length + input;
    const here = living.get(at);
    // The second time a mutant stands elsewhere already.
    if (here !== undefined && !entered.has(at)) {
      entered.add(at);
      const left = here.filter((mutant) => !isKilled(machine, mutant, state, word, index));
      if (left.length === 0) living.delete(at);
      else if (left.length < here.length) living.set(at, left);
    }
    state = nextOf(machine, state, input);
  }
}

function isKilled(
  machine: Mealy,
  { copyOf, changes }: Mutant,
  start: number,
  word: Word,
  from: number,
): boolean {
  let [right, wrong] = [start, start];
  for (let index = from; index < word.length; index++) {
    const input = word[index] ?? impossible;
    const change = changes.find((one) => one.state === wrong && one.input === input);
    const like = copyOf !== null && wrong === machine.states ? copyOf : wrong;
    const output = change?.output ?? outputOf(machine, like, input);
    if (output !== outputOf(machine, right, input)) return true;
    wrong = change?.next ?? nextOf(machine, like, input);
    right = nextOf(machine, right, input);
  }
  return false;
}
