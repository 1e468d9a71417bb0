// Slices as Mealy machines: the same behaviour, and an output that is exactly what the suite's
// judge can tell apart.

import { describe, expect, test } from 'vitest';
import type { Case, Expectation } from '../../../conformance/case.ts';
import { generateSlice } from '../../../conformance/generate.ts';
import type { Observation } from '../../../conformance/judges/observation.ts';
import { compareObservation } from '../../../conformance/judges/settled.ts';
import { deadlineName } from '../../../conformance/walk.ts';
import { drawMutants, survivorsOf } from '../../../model/generation/kills.ts';
import { nextOf, outputOf, possibleIn } from '../../../model/generation/mealy.ts';
import { createGenerators } from '../../../model/generation/methods.ts';
import { minimise } from '../../../model/generation/minimise.ts';
import { faults, populationOf } from '../../../model/generation/mutants.ts';
import { type SliceMachine, sliceToMealy } from '../../../model/generation/slice-machine.ts';
import { measureSuites } from '../../../model/generation/slice-suites.ts';
import { adjacencyOf } from '../../../model/paths.ts';
import type { Slice } from '../../../model/slices/slice.ts';
import { findSlice, slices } from '../../../model/slices.ts';
import type { NodeInput } from '../../../model/vocabulary.ts';

const nothing: Observation = {
  refused: null,
  emit: [],
  write: [],
  fence: [],
  announce: 0,
  ask: [],
  say: [],
  acknowledged: 0,
  open: [],
  close: [],
  guest: [],
  share: [],
  complete: [],
  report: [],
  facts: {},
};

/** Whether every field of `part` stands in `whole`. */
function isWithin(part: unknown, whole: unknown): boolean {
  if (typeof part !== 'object' || part === null) return part === whole;
  if (typeof whole !== 'object' || whole === null) return false;
  const fields = new Map<string, unknown>(Object.entries(whole));
  return Object.entries(part).every(([name, value]) => isWithin(value, fields.get(name)));
}

/** What the suite gives for an input: of a deadline, one name whether or not the lag is above what is allowed. */
function asGiven(input: NodeInput | undefined): unknown {
  if (input?.type !== 'deadline.passed') return input;
  return { ...input, name: deadlineName(input.name) };
}

/**
 * For each output of the machine what the suite expects there, from the cases that it generates.
 */
function expectedBy(slice: Slice, { machine, inputs }: SliceMachine): Map<number, Expectation[]> {
  const found = new Map<number, Expectation[]>();
  const follow = (played: Case): void => {
    let state = 0;
    for (const { give, expect: expected = {} } of played.steps.slice(slice.preamble.length)) {
      const isGiven = (one: number): boolean => isWithin(give, asGiven(inputs[one]));
      const input = possibleIn(machine, state).find(isGiven) ?? -1;
      const output = outputOf(machine, state, input);
      found.set(output, [...(found.get(output) ?? []), expected]);
      state = nextOf(machine, state, input);
    }
  };
  for (const one of generateSlice(slice).cases) follow(one);
  return found;
}

/**
 * Where a channel does not stand the judge drops its closing first: that field is not compared
 * here.
 */
const differences = (expected: Expectation, actual: Expectation): string[] =>
  compareObservation(expected, { ...nothing, ...actual })
    .map(({ code }) => code)
    .filter((code) => code !== 'close');

describe.each(slices)('the slice $name', (slice) => {
  const sliced = sliceToMealy(slice, { facts: false });
  const expected = expectedBy(slice, sliced);

  test('gives one output to what the judge cannot tell apart, and another to what it can', () => {
    expect(expected.has(-1)).toBe(false);
    const groups = [...expected].map(([output, [first = {}, ...others]]) => {
      const { close: _, ...shown } = JSON.parse(sliced.machine.outputs[output] ?? '{}');
      return { output, first, others, shown: JSON.stringify(shown) };
    });
    for (const { first, others } of groups) {
      for (const other of others) expect(differences(first, other)).toEqual([]);
    }
    for (const one of groups) {
      for (const other of groups) {
        const isSame = one.shown === other.shown;
        expect(differences(one.first, other.first).length === 0, one.shown).toBe(isSame);
      }
    }
    expect(groups.length).toBeGreaterThan(10);
  });

  test('has the states of the slice, or more where the last acknowledgement differs', () => {
    const { watched, merged, states } = measureSuites(slice, { facts: true });
    expect(watched).toBeGreaterThanOrEqual(adjacencyOf(slice).size);
    if (slice.node === 'owner') expect(watched).toBe(adjacencyOf(slice).size);
    expect(watched - merged).toBe(states);
  });

  test('is told apart no better without facts', () => {
    const blind = minimise(sliced.machine).machine.states;
    expect(blind).toBeLessThanOrEqual(minimise(sliceToMealy(slice).machine).machine.states);
  });
});

test('an input that two symbols come to is one input', () => {
  const slice = findSlice('logging-owner');
  if (slice === null) throw new Error('no slice logging-owner');
  const { machine, inputs } = sliceToMealy(slice);
  expect(inputs.length).toBe(machine.inputs.length);
  expect(inputs.map((input) => JSON.stringify(input))).toEqual(machine.inputs);
  // At first nothing was acknowledged: the duplicate and the lower acknowledgement are the same.
  expect(possibleIn(machine, 0).length).toBeLessThan(slice.alphabet.length);
});

describe.each(slices)('suites of $name', (slice) => {
  const { machine } = measureSuites(slice, { facts: true });
  const generators = createGenerators(machine);

  const draw = { size: 60, seed: 3 };
  const mutants = faults.map((fault) => {
    const { faulty } = drawMutants(machine, populationOf(machine, fault), draw);
    return { fault, faulty };
  });

  test.each(['HSI', 'Wp'] as const)('%s kills every mutant of as many states', (method) => {
    const [output, transfer] = mutants;
    const faulty = [...(output?.faulty ?? []), ...(transfer?.faulty ?? [])];
    expect(faulty.length).toBeGreaterThan(60);
    expect(survivorsOf(machine, faulty, generators.complete(method, 0).tests())).toEqual([]);
  });

  test.each(['HSI', 'Wp'] as const)('%s of one extra state kills every mutant', (method) => {
    const faulty = mutants.flatMap((one) => one.faulty);
    for (const { fault, faulty: some } of mutants) expect(some.length, fault).toBeGreaterThan(0);
    expect(survivorsOf(machine, faulty, generators.complete(method, 1).tests())).toEqual([]);
  });

  test('the transition cover lets wrong next states live', () => {
    const transfer = mutants.flatMap(({ fault, faulty }) => (fault === 'transfer' ? faulty : []));
    const alive = survivorsOf(machine, transfer, generators.transitionCover().tests());
    expect(alive.length).toBeGreaterThan(0);
  });
});
