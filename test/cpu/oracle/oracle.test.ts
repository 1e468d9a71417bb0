// The engine against the processor it runs on: every family and form of the table that a process
// may execute, from random states. A longer run: campaign.ts.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FAMILIES } from '../../../impl/cpu/table.ts';
import { createBuildDirectory, skipWithoutHostTools } from '../host-tools.ts';
import { findMismatch } from './compare.ts';
import { createEngine, type Engine } from './engine.ts';
import { createNativeOracle, type NativeOracle } from './layout.ts';
import { createRandom } from './random.ts';
import { COMPARABLE_FORMS, createVector } from './vectors.ts';

const SEED = 20_100_601;
const VECTORS_PER_FORM = 80;
const REPORTS_MAX = 3;

/** Forms that raise an exception whatever the operands. */
const ALWAYS_FAULTING: ReadonlyMap<string, string[]> = new Map([['control', ['CC', '0F 0B']]]);

const byNumber = (a: number, b: number): number => a - b;

const families = FAMILIES.map((family) => family.name).filter((name) =>
  COMPARABLE_FORMS.some((form) => form.family === name),
);

describe.skipIf(skipWithoutHostTools('comparison with the processor'))('processor', () => {
  let directory: ReturnType<typeof createBuildDirectory>;
  let native: NativeOracle;
  let engine: Engine;
  let compared = 0;
  const vectorsSeen = new Set<number | undefined>();
  beforeAll(() => {
    directory = createBuildDirectory();
    native = createNativeOracle(directory.path);
    engine = createEngine();
  });
  afterAll(() => {
    directory.remove();
    console.log(`processor: ${compared} vectors compared, seed ${SEED}`);
  });

  it.each(families)('%s: registers, flags, memory, faults', (family) => {
    const random = createRandom(SEED);
    const forms = COMPARABLE_FORMS.filter((form) => form.family === family);
    const vectors = forms.flatMap((form) =>
      Array.from({ length: VECTORS_PER_FORM }, () => createVector(form, random)),
    );

    const outcomes = native(vectors.map((vector) => vector.start));
    const mismatches = vectors.flatMap((vector, k) => {
      const outcome = outcomes[k];
      if (outcome === undefined) throw new Error('the oracle lost a vector');
      return findMismatch(vector, engine(vector.start), outcome) ?? [];
    });

    compared += vectors.length;
    for (const { vector } of outcomes) vectorsSeen.add(vector);
    const done = vectors.filter((_, k) => outcomes[k]?.vector === undefined);
    const neverDone = forms.filter((form) => !done.some((vector) => vector.form === form));
    expect(mismatches.slice(0, REPORTS_MAX), `seed ${SEED}`).toEqual([]);
    expect(neverDone.map((form) => form.line)).toEqual(ALWAYS_FAULTING.get(family) ?? []);
  });

  it('has met every exception that an instruction of a process raises', () => {
    expect([...vectorsSeen].filter((vector) => vector !== undefined).sort(byNumber)).toEqual([
      0, 3, 6, 12, 13, 14, 19,
    ]);
  });
});
