// How many mutants of each slice's machine the plan of each tier kills: the stimuli of the tier's cases are played in
// the abstract machine, and the verdict is by settled observations only. No adapter runs, and no monitor judges.
// Spec: conformance.md, "Mutants of the charts".

import { drawMutants, type Sample, survivorsOf } from '../model/generation/kills.ts';
import { type Mealy, nextOf, possibleIn, type Word } from '../model/generation/mealy.ts';
import { minimise } from '../model/generation/minimise.ts';
import { type Fault, faults, populationOf } from '../model/generation/mutants.ts';
import { sliceToMealy } from '../model/generation/slice-machine.ts';
import type { Slice } from '../model/slices/slice.ts';
import { slices } from '../model/slices.ts';
import { type Case, type Tier, tiers } from './case.ts';
import { givenOf } from './case-words.ts';
import { completeSlice } from './complete.ts';
import { generateSlice } from './generate.ts';
import { canonical } from './seed.ts';
import { BadInputError } from './verdict.ts';
import { loadWrittenCases } from './written-cases.ts';

export interface ChartOptions {
  /** Mutants that are drawn of each kind of fault. */
  readonly size: number;
  readonly seed: number;
  /** A complete suite of more tests is left out. */
  readonly testsMax: number;
  /** Whether facts are observed. */
  readonly facts: boolean;
}

export interface FaultRow extends Omit<Sample, 'faulty'> {
  readonly fault: Fault;
  readonly faulty: number;
  /** By tier; null: its suite has more tests than were allowed. */
  readonly killed: { readonly [tier in Tier]: number | null };
}

export interface ChartRow {
  readonly slice: string;
  /** Of the minimal machine. */
  readonly states: number;
  /** Cases of the tier that give the machine at least one input, walked until no mutant lived. */
  readonly tests: { readonly [tier in Tier]: number | null };
  /** Tests of the complete suites, also of those that were left out. */
  readonly complete: { readonly full: number; readonly deep: number };
  readonly faults: readonly FaultRow[];
}

export const standardTestsMax = 400_000;

export function sliceOf(name: string): Slice {
  const found = slices.find((slice) => slice.name === name);
  if (found !== undefined) return found;
  const known = slices.map((slice) => slice.name).join(', ');
  throw new BadInputError(`expected the name of a slice, got ${name}; there are ${known}`);
}

export function measureCharts(slice: Slice, options: ChartOptions): ChartRow {
  const { facts, testsMax, ...draw } = options;
  const { machine: whole, inputs } = sliceToMealy(slice, { facts });
  const { machine } = minimise(whole);
  const samples = faults.map((fault) => ({
    fault,
    ...drawMutants(machine, populationOf(machine, fault), draw),
  }));
  const toWord = createReader(slice, machine, inputs.map(givenOf).map(canonical));
  const plans = plansOf(slice, { facts, testsMax });
  const all = samples.flatMap(({ faulty }) => faulty);
  const walked = tiers.map((tier) => {
    const cases = plans.cases(tier);
    if (cases === null) return { tier, tests: null, living: null };
    const words = counted(cases, toWord);
    // A tier holds the one before; what a mutant lived through once it lives through again.
    const living = survivorsOf(machine, all, words);
    return { tier, tests: words.count, living };
  });
  const byTier = <T>(pick: (one: (typeof walked)[number]) => T): { [tier in Tier]: T } => {
    const [smoke, core, full, deep] = walked;
    if (!smoke || !core || !full || !deep) throw new Error('expected every tier to be walked');
    return {
      smoke: pick(smoke),
      core: pick(core),
      full: pick(full),
      deep: pick(deep),
    };
  };
  return {
    slice: slice.name,
    states: machine.states,
    tests: byTier(({ tests }) => tests),
    complete: plans.complete,
    faults: samples.map(({ faulty, ...figures }) => ({
      ...figures,
      faulty: faulty.length,
      killed: byTier(({ living }) => {
        if (living === null) return null;
        return faulty.length - living.filter(({ fault }) => fault === figures.fault).length;
      }),
    })),
  };
}

interface Plans {
  readonly complete: { readonly full: number; readonly deep: number };
  /** Null: more than were allowed. */
  cases(tier: Tier): Iterable<Case> | null;
}

/** What each tier plays of one slice: its own cases, and every written case of one node. */
function plansOf(slice: Slice, { facts, testsMax }: { facts: boolean; testsMax: number }): Plans {
  const written = loadWrittenCases('protocol').filter(({ kind }) => kind === 'node');
  const core = [...written, ...generateSlice(slice).cases];
  const full = completeSlice(slice, { extraStates: 0, facts });
  const deep = completeSlice(slice, { extraStates: 1, facts });
  function* both(suite: typeof full): Generator<Case> {
    yield* core;
    for (const made of suite.cases()) yield made.case;
  }
  return {
    complete: { full: full.tests, deep: deep.tests },
    cases(tier) {
      if (tier === 'smoke') return written.filter((one) => one.tier === 'smoke');
      if (tier === 'core') return core;
      const suite = tier === 'full' ? full : deep;
      return suite.tests > testsMax ? null : both(suite);
    },
  };
}

/** Reads a case as a word of the machine: what follows the slice's preamble, as far as the machine can be given it. */
function createReader(slice: Slice, machine: Mealy, given: readonly string[]): (one: Case) => Word {
  const preamble = preambleOf(slice);
  const numbers = new Map<string, number[]>();
  for (const [input, text] of given.entries()) {
    numbers.set(text, [...(numbers.get(text) ?? []), input]);
  }
  const possible = Array.from({ length: machine.states }, (_, at) => {
    return new Set(possibleIn(machine, at));
  });
  const texts = new WeakMap<object, string>();
  const textOf = (give: object): string => {
    const known = texts.get(give);
    if (known !== undefined) return known;
    const text = canonical(give);
    texts.set(give, text);
    return text;
  };
  return ({ steps }) => {
    if (preamble.some((text, at) => steps[at] === undefined || textOf(steps[at].give) !== text)) {
      return [];
    }
    const word: number[] = [];
    let state = 0;
    for (const { give } of steps.slice(preamble.length)) {
      const here = possible[state];
      const input = numbers.get(textOf(give))?.find((one) => here?.has(one) === true);
      if (input === undefined) break;
      word.push(input);
      state = nextOf(machine, state, input);
    }
    return word;
  };
}

function preambleOf(slice: Slice): readonly string[] {
  const texts: string[] = [];
  let state = slice.reset();
  for (const symbol of slice.preamble) {
    const step = slice.step(state, symbol);
    if (step.input !== null) texts.push(canonical(givenOf(step.input)));
    state = step.state;
  }
  return texts;
}

function counted(
  cases: Iterable<Case>,
  toWord: (one: Case) => Word,
): Iterable<Word> & { readonly count: number } {
  let count = 0;
  return {
    get count() {
      return count;
    },
    *[Symbol.iterator]() {
      for (const one of cases) {
        const word = toWord(one);
        if (word.length === 0) continue;
        count += 1;
        yield word;
      }
    },
  };
}
