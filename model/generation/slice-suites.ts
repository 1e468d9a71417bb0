// The suites that are measured on every slice, and what each of them kills. It only gathers what
// the generators and the mutants say; it plays nothing against an implementation. Spec:
// conformance.md, "Test suites".

import type { Slice } from '../slices/slice.ts';
import { drawMutants, type Sample, survivorsOf } from './kills.ts';
import { type Mealy, transitionsOf } from './mealy.ts';
import { createGenerators, type Generators } from './methods.ts';
import { minimise } from './minimise.ts';
import { type Fault, faults, populationOf } from './mutants.ts';
import { sliceToMealy } from './slice-machine.ts';
import type { Suite, SuiteSize } from './suite.ts';

export interface SliceSuites {
  /** States before minimisation: those of the slice, each with what was acknowledged last. */
  watched: number;
  /** States that became one with another, less the one. */
  merged: number;
  machine: Mealy;
  states: number;
  transitions: number;
  suites: readonly (SuiteSize & { suite: string })[];
}
export interface FaultKills extends Omit<Sample, 'faulty'> {
  fault: Fault;
  faulty: number;
  killed: readonly { suite: string; killed: number }[];
}

/** `facts`: whether the node's facts are observed. */
export function measureSuites(slice: Slice, { facts }: { facts: boolean }): SliceSuites {
  const whole = sliceToMealy(slice, { facts }).machine;
  const { machine } = minimise(whole);
  const generators = createGenerators(machine);
  return {
    watched: whole.states,
    merged: whole.states - machine.states,
    machine,
    states: machine.states,
    transitions: transitionsOf(machine),
    suites: measured.map(({ suite, of }) => ({ suite, ...of(generators).size() })),
  };
}

/**
 * For each kind of fault a sample from all mutants of the minimal machine, and how many of them
 * each suite kills.
 */
export function measureKills(machine: Mealy, draw: { size: number; seed: number }): FaultKills[] {
  const generators = createGenerators(machine);
  const samples = faults.map((fault) => ({
    fault,
    ...drawMutants(machine, populationOf(machine, fault), draw),
  }));
  const all = samples.flatMap(({ faulty }) => faulty);
  // Every suite is walked once, for the mutants of all faults.
  const verdicts = measured.map(({ suite, of }) => {
    return { suite, living: survivorsOf(machine, all, of(generators).tests()) };
  });
  return samples.map(({ faulty, ...figures }) => {
    const killed = verdicts.map(({ suite, living }) => {
      const alive = living.filter(({ fault }) => fault === figures.fault);
      return { suite, killed: faulty.length - alive.length };
    });
    return { ...figures, faulty: faulty.length, killed };
  });
}

const measured: readonly { suite: string; of(generators: Generators): Suite }[] = [
  { suite: 'transition cover', of: (generators) => generators.transitionCover() },
  { suite: 'HSI k=0', of: (generators) => generators.complete('HSI', 0) },
  { suite: 'HSI k=1', of: (generators) => generators.complete('HSI', 1) },
  { suite: 'Wp k=0', of: (generators) => generators.complete('Wp', 0) },
  { suite: 'Wp k=1', of: (generators) => generators.complete('Wp', 1) },
];
