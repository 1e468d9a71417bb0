// The vectors of the comparison with the processor, one translated block each: the outcome is that
// of the interpreter, which the processor itself vouches for in test/cpu/oracle.

import { describe, expect, it } from 'vitest';
import { decode } from '../../../impl/cpu/index.ts';
import type { Form } from '../../../impl/cpu/instruction.ts';
import { FAMILIES } from '../../../impl/cpu/table.ts';
import { controlOf } from '../../../impl/cpu/translator/block.ts';
import { createEngine, createTranslatedEngine } from '../oracle/engine.ts';
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
    const translated = createTranslatedEngine().execute;
    for (const form of COMPARABLE_FORMS.filter((each) => each.family === family)) {
      for (let k = 0; k < VECTORS_PER_FORM; k += 1) {
        const { start } = createVector(form, random);
        const outcome = translated(start);
        expect(outcome, `seed ${SEED}: ${form.line}`).toEqual(interpreted(start));
      }
    }
  });
});

/** Those of the families with XMM registers that are left to the interpreter. */
const UNTRANSLATED: readonly string[] = ['fxsave', 'fxrstor'];

describe('SSE', () => {
  it('is translated, but for what is seldom executed', () => {
    const random = createRandom(SEED);
    const forms = COMPARABLE_FORMS.filter(({ family }) => TRANSLATED.includes(family));
    const isRefused = (form: Form): boolean => {
      const decoded = decode(createVector(form, random).start.code, 0x1000n);
      return decoded.kind !== 'instruction' || controlOf(decoded.instruction).kind === 'refused';
    };
    // One that is sure to fault is refused.
    const refused = forms.filter((form) => TRIES.every(() => isRefused(form)));
    const names = new Set(refused.map((form) => form.definition.text.split('|')[0]));
    expect([...names].sort()).toEqual([...UNTRANSLATED].sort());
  });
});

const TRIES = [1, 2, 3, 4, 5, 6, 7, 8];
const TRANSLATED = FAMILIES.map(({ name }) => name).filter((name) => name.startsWith('sse'));
