// The engine against the processor it runs on: every family and form of the table that a process
// may execute, from random states. A longer run: campaign.ts.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Form } from '../../../impl/cpu/instruction.ts';
import { FAMILIES } from '../../../impl/cpu/table.ts';
import { createBuildDirectory, skipWithoutHostTools } from '../host-tools.ts';
import { findMismatch } from './compare.ts';
import { createEngine, type Engine } from './engine.ts';
import { isAnnounced, missingFeatures } from './host-features.ts';
import { createNativeOracle, type NativeOracle } from './layout.ts';
import { createRandom } from './random.ts';
import { COMPARABLE_FORMS, createVector } from './vectors.ts';

const SEED = 20_100_601;
const VECTORS_PER_FORM = 60;
const REPORTS_MAX = 3;

/** At privilege level 3 these raise an exception whatever the operands. */
const ALWAYS_FAULTING: readonly RegExp[] = [
  /^(int|int3|ud[012]|hlt|cli|sti|in|out|ins.*|outs.*)$/,
  /^(lgdt|lidt|lldt|ltr|clts|lmsw|rdmsr|wrmsr|swapgs|sysretq|invd|wbinvd|invlpg)$/,
];

/** Moves to and from control and debug registers have no name of their own. */
function isAlwaysFaulting(form: Form): boolean {
  const isSystemMove = form.family === 'system' && form.definition.text === 'mov';
  return isSystemMove || ALWAYS_FAULTING.some((texts) => texts.test(form.definition.text));
}

const byNumber = (a: number, b: number): number => a - b;

const missing = missingFeatures();
const comparable = COMPARABLE_FORMS.filter((form) => isAnnounced(form, missing));
const families = FAMILIES.map((family) => family.name).filter((name) =>
  comparable.some((form) => form.family === name),
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
    const forms = comparable.filter((form) => form.family === family);
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
    expect(neverDone).toEqual(forms.filter(isAlwaysFaulting));
  });

  it('has met every exception that an instruction of a process raises', () => {
    expect([...vectorsSeen].filter((vector) => vector !== undefined).sort(byNumber)).toEqual([
      0, 3, 4, 6, 12, 13, 14, 17,
    ]);
  });
});
