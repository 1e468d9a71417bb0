// The vectors of the comparison with the processor, one translated block each: the outcome is that
// of the interpreter, which the processor itself vouches for in test/cpu/oracle.

import { describe, expect, it } from 'vitest';
import { FAMILIES } from '../../../impl/cpu/table.ts';
import { createEngine } from '../oracle/engine.ts';
import { createRandom } from '../oracle/random.ts';
import { COMPARABLE_FORMS, createVector } from '../oracle/vectors.ts';

const SEED = Number(process.env.TRANSLATOR_SEED ?? 1);
const VECTORS_PER_FORM = 4;

const families = FAMILIES.map((family) => family.name).filter((name) =>
  COMPARABLE_FORMS.some((form) => form.family === name),
);

describe('translated instructions', () => {
  it.each(families)('%s: registers, flags, memory, faults', (family) => {
    const random = createRandom(SEED);
    const interpreted = createEngine();
    const translated = createEngine({ threshold: 0 });
    for (const form of COMPARABLE_FORMS.filter((each) => each.family === family)) {
      for (let k = 0; k < VECTORS_PER_FORM; k += 1) {
        const { start } = createVector(form, random);
        const outcome = translated(start);
        expect(outcome, `seed ${SEED}: ${form.line}`).toEqual(interpreted(start));
      }
    }
  });
});
