// Translated floating point gives what the interpreter gives, whatever the operands and MXCSR are,
// and it is done by translated code where that is promised. Each condition that it asks is needed:
// without it a difference is found.

import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Form } from '../../../impl/cpu/instruction.ts';
import type * as Conditions from '../../../impl/cpu/translator/float-conditions.ts';
import { createTestCpu } from '../create-test-cpu.ts';
import { createRandom } from '../oracle/random.ts';
import { createInstruction, FLOAT_FORMS, HLT, runBattery } from './float-battery.ts';

const SEED = Number(process.env.TRANSLATOR_SEED ?? 1);
const FEW = { blocks: 6, states: 25 };

describe('translated floating point', () => {
  it.each([1, 6])('is that of the interpreter, up to %i instructions in a block', (most) => {
    const options = { createSide: createTestCpu, seed: SEED, instructionsMax: most, ...FEW };
    const { difference, retired, translated } = runBattery(options);
    console.log(`floating: ${translated} of ${retired} steps translated, seed ${SEED}`);
    expect(difference, `seed ${SEED}`).toBeUndefined();
    expect(translated).toBeGreaterThan(retired / 6);
  });
});

/** Singles from 1 to 2, which make doubles that are normal too; all exceptions masked, PE set. */
const USUAL = { number: 0x3fc0_0000_3fe0_0000n, mxcsr: 0x1fa0n };

/** Of few bits, the flag clear: 1.5 as a double and as singles. */
const EXACT = { double: 0x3ff8_0000_0000_0000n, singles: 0x3fc0_0000_3fc0_0000n, mxcsr: 0x1f80n };

function translatedSteps(form: Form, number: bigint, mxcsr: bigint): number {
  const code = createInstruction(form, createRandom(SEED));
  const { cpu } = createTestCpu({ code: [...code, HLT], threshold: 0 });
  const { special, xmm, ...state } = cpu.save();
  cpu.restore({ ...state, xmm: xmm.map(() => number), special: { ...special, mxcsr } });
  cpu.run(1);
  return cpu.translated;
}

describe('a quotient that rounds up to the least normal number', () => {
  it('sets the flag for one that is too small', () => {
    // divsd xmm0, xmm1; hlt
    const { cpu } = createTestCpu({ code: [0xf2, 0x0f, 0x5e, 0xc1, HLT], threshold: 0 });
    const { special, xmm, ...state } = cpu.save();
    const numbers = [0x1f_ffff_ffff_ffffn, 0n, 0x4000_0000_0000_0000n];
    const changed = xmm.map((value, k) => numbers[k] ?? value);
    cpu.restore({ ...state, xmm: changed, special: { ...special, mxcsr: USUAL.mxcsr } });
    cpu.run(1);
    expect([cpu.save().xmm[0], cpu.save().special.mxcsr]).toEqual([1n << 52n, 0x1fb0n]);
  });
});

describe('usual numbers', () => {
  it.each(FLOAT_FORMS.map((form) => [form.definition.text, form] as const))(
    '%s is done by translated code',
    (_, form) => {
      expect(translatedSteps(form, USUAL.number, USUAL.mxcsr)).toBe(1);
    },
  );

  const exact = FLOAT_FORMS.filter(({ definition }) => /^(add|sub|mul|div)/.test(definition.text));

  it.each(exact.map((form) => [form.definition.text, form] as const))(
    '%s is so where it is exact, though the flag is clear',
    (text, form) => {
      const number = text.endsWith('d') ? EXACT.double : EXACT.singles;
      expect(translatedSteps(form, number, EXACT.mxcsr)).toBe(1);
    },
  );
});

type Broken = Partial<typeof Conditions>;

const BROKEN: readonly (readonly [string, Broken])[] = [
  ['how to round', { isNearest: (m) => m.constant(1, 1) }],
  ['whether the flag of an inexact result is set', { isUnflagged: (m) => m.constant(1, 0) }],
  ['whether an operand is denormal', { isDenormal: (m) => m.constant(1, 0) }],
  ['whether a number is a NaN', { isNan: (m) => m.constant(1, 0) }],
  ['whether a number is special', { isSpecial: (m) => m.constant(1, 0) }],
  [
    'whether a product has a factor of 0',
    { isTrueProduct: (m, w, { product }) => zero(m, w, product) },
  ],
  ['whether a quotient is 0', { isTrueImage: (m, { to, value }) => zero(m, to, value) }],
  ['whether a number fits an integer', { isFitting: (m) => m.constant(1, 1) }],
];

/** Any zero. */
const zero: typeof Conditions.isZero = (m, width, value) =>
  m.equal(
    width,
    m.and(width, value, m.constant(width, width === 32 ? 0x7fff_ffffn : (1n << 63n) - 1n)),
    m.constant(width, 0),
  );

const CONDITIONS = '../../../impl/cpu/translator/float-conditions.ts';

describe('the comparison finds translated code that does not ask', () => {
  afterEach(() => {
    vi.doUnmock(CONDITIONS);
    vi.resetModules();
  });

  it.each(BROKEN)('%s', async (_, broken) => {
    vi.resetModules();
    vi.doMock(CONDITIONS, async (original) => ({
      ...(await original<typeof Conditions>()),
      ...broken,
    }));
    const { createTestCpu: createBroken } = await import('../create-test-cpu.ts');
    const options = { createSide: createBroken, seed: SEED, instructionsMax: 1, ...FEW };
    expect(runBattery(options).difference).toBeDefined();
  });
});
