// The instruction vectors can fail: of the mutations under each instruction, and of the engines that break a
// clause each, they miss none but those that make no difference to what a vector shows.

import { describe, expect, it } from 'vitest';
import { EVIDENCE } from './evidence.ts';
import { judgeMutants, killerOf, toSamples } from './mutants.ts';
import { readFamily, sampleFamilies } from './sample.ts';
import { whyUntold } from './untold.ts';

const MUTANTS_MIN = 2000;

const samples = sampleFamilies().flatMap((family) => toSamples(readFamily(family)));

describe('the vectors of an instruction', () => {
  it('tell every mutation of it that they can', { timeout: 120_000 }, () => {
    const mutants = judgeMutants(samples);
    const missed = mutants.filter((mutant) => !mutant.isKilled && whyUntold(mutant) === undefined);

    expect(
      missed.map(({ definition, mutation }) => `${definition.text}: ${mutation.name}`),
    ).toEqual([]);
    expect(mutants.length).toBeGreaterThan(MUTANTS_MIN);
  });
});

describe('the vectors of a clause', () => {
  it.each(EVIDENCE)('$clause: tell an engine that breaks it: $broken.name', (evidence) => {
    expect(killerOf(evidence, samples)?.clauses).toContain(evidence.clause);
  });
});
