// The interpreter's arithmetic and its reference, twins: the same values for random operands of
// every width, each in its one form.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Floating, OperandWidth } from '../../impl/cpu/algebra.ts';
import { FastFloats } from '../../impl/cpu/fast-floats.ts';
import {
  bigintToValue,
  halvesToNumber,
  type Value,
  valueToBigint,
} from '../../impl/cpu/fast-values.ts';
import { BigintValues, maskOf } from '../../impl/cpu/values.ts';

const FAST = new FastFloats();
const REFERENCE = new BigintValues();

const WIDTHS: readonly OperandWidth[] = [8, 16, 32, 64];
const BINARY = ['add', 'subtract', 'multiply', 'and', 'or', 'xor', 'equal', 'less'] as const;
const WIDE = ['multiplyHigh', 'multiplyHighSigned'] as const;
const SHIFTS = ['shiftLeft', 'shiftRight', 'shiftRightSigned'] as const;
const COUNTS = ['trailingZeros', 'leadingZeros', 'onesCount'] as const;
const DIVISIONS = ['divide', 'divideSigned'] as const;

/** Around powers of two, where the form of a value changes, and anywhere else. */
const word: fc.Arbitrary<bigint> = fc.oneof(
  fc.bigInt({ min: 0n, max: maskOf(64) }),
  fc.bigInt({ min: 0n, max: 300n }),
  fc
    .tuple(fc.nat(64), fc.integer({ min: -2, max: 2 }), fc.boolean())
    .map(([power, near, isNegative]) => {
      const value = (1n << BigInt(power)) + BigInt(near);
      return BigInt.asUintN(64, isNegative ? -value : value);
    }),
);

/** The unsigned value, which must be in its one form. */
function plain(value: Value): bigint {
  const unsigned = valueToBigint(value);
  expect(Object.is(value, bigintToValue(unsigned))).toBe(true);
  return unsigned;
}

describe.each(WIDTHS)('arithmetic of %i bits', (width) => {
  const operand = word.map((value) => value & maskOf(width));
  const check = (property: (a: bigint, b: bigint, c: bigint) => void): void =>
    fc.assert(fc.property(operand, operand, operand, property), { numRuns: 3000 });

  it.each([...BINARY, ...WIDE])('%s', (operation) => {
    check((a, b) => {
      const value = FAST[operation](width, bigintToValue(a), bigintToValue(b));
      expect(plain(value)).toBe(REFERENCE[operation](width, a, b));
    });
  });

  it.each(SHIFTS)('%s', (operation) => {
    check((a, b) => {
      const count = b & 0xffn;
      const value = FAST[operation](width, bigintToValue(a), Number(count));
      expect(plain(value)).toBe(REFERENCE[operation](width, a, count));
    });
  });

  it.each([...COUNTS, 'not'] as const)('%s', (operation) => {
    check((a) => {
      const value = FAST[operation](width, bigintToValue(a));
      expect(plain(value)).toBe(REFERENCE[operation](width, a));
    });
  });

  it.each(DIVISIONS)('%s', (operation) => {
    check((a, b, c) => {
      for (const high of [0n, maskOf(width), c]) {
        const [x, y, z] = [high, a, b].map(bigintToValue) as [Value, Value, Value];
        const { quotient, remainder, fits } = FAST[operation](width, x, y, z);
        const found = [quotient, remainder, fits].map(plain);
        const expected = REFERENCE[operation](width, high, a, b);
        expect(found).toEqual([expected.quotient, expected.remainder, expected.fits]);
      }
    });
  });

  it('changes of width', () => {
    check((a) => {
      const value = bigintToValue(a);
      for (const other of WIDTHS) {
        if (other > width) {
          const extended = [
            FAST.zeroExtend(width, other, value),
            FAST.signExtend(width, other, value),
          ];
          expect(extended.map(plain)).toEqual([a, REFERENCE.signExtend(width, other, a)]);
        } else {
          expect(plain(FAST.truncate(width, other, value))).toBe(a & maskOf(other));
        }
      }
    });
  });
});

/** MXCSR as after a reset, and where an inexact result is flagged already or not masked. */
const CONTROLS = [0x1f80n, 0x1fa0n, 0x0fa0n, 0x3fa0n, 0x5fa0n, 0x7fa0n, 0x9fe0n] as const;
const MASK_OF_INEXACT = 0x1020n;
const INEXACT = 0x20n;

/** spec: cpu.float-result */
describe.each([32, 64] as const)('floating point of %i bits', (width) => {
  const fractionBits = width === 32 ? 23n : 52n;
  const bias = width === 32 ? 127n : 1023n;
  const at = (biased: bigint, fraction: bigint, isNegative: boolean): bigint =>
    (isNegative ? 1n << BigInt(width - 1) : 0n) | (biased << fractionBits) | fraction;
  const near = fc
    .tuple(fc.bigInt({ min: -3n, max: 3n }), fc.bigInt({ min: 0n, max: 15n }), fc.boolean())
    .map(([exponent, digits, isNegative]) =>
      at(bias + exponent, (digits << (fractionBits - 4n)) | (digits & 1n), isNegative),
    );
  /** Where exponents begin and end, half way there, and zeros. */
  const edge = fc
    .tuple(
      fc.constantFrom(0n, 1n, 2n, bias / 2n, bias + bias / 2n, 2n * bias - 1n, 2n * bias),
      fc.constantFrom(0n, 1n, (1n << fractionBits) - 1n),
      fc.boolean(),
    )
    .map(([biased, fraction, isNegative]) => at(biased, fraction, isNegative));
  const operand = fc.oneof(
    word.map((value) => value & maskOf(width)),
    near,
    edge,
  );
  const control = fc.constantFrom(...CONTROLS);
  const check = (property: (c: bigint, a: bigint, b: bigint) => void): void =>
    fc.assert(fc.property(control, operand, operand, property), { numRuns: 5000 });

  /** What is flagged already and masked may be named although it did not come. */
  const expectAlike = (c: bigint, fast: Floating<Value>, exact: Floating<bigint>): void => {
    const free = (c & MASK_OF_INEXACT) === MASK_OF_INEXACT ? INEXACT : 0n;
    expect(plain(fast.value)).toBe(exact.value);
    expect(plain(fast.exceptions) | free).toBe(exact.exceptions | free);
  };

  it.each(['add', 'subtract', 'multiply', 'divide'] as const)('%s', (operation) => {
    check((c, a, b) => {
      const [x, y, z] = [c, a, b].map(bigintToValue) as [Value, Value, Value];
      const exact = REFERENCE.floatCompute(operation, width, c, a, b);
      expectAlike(c, FAST.floatCompute(operation, width, x, y, z), exact);
    });
  });

  it('square roots', () => {
    check((c, a) => {
      const fast = FAST.floatSquareRoot(width, bigintToValue(c), bigintToValue(a));
      expectAlike(c, fast, REFERENCE.floatSquareRoot(width, c, a));
    });
  });

  it('comparisons', () => {
    check((c, a, b) => {
      const [x, y, z] = [c, a, b].map(bigintToValue) as [Value, Value, Value];
      for (const [v, w, fast] of [
        [a, b, FAST.floatCompare(width, x, y, z)],
        [a, a, FAST.floatCompare(width, x, y, y)],
      ] as const) {
        const { less, equal, unordered, exceptions } = fast;
        const found = [less, equal, unordered, exceptions].map(plain);
        const exact = REFERENCE.floatCompare(width, c, v, w);
        expect(found).toEqual([exact.less, exact.equal, exact.unordered, exact.exceptions]);
      }
    });
  });
});

describe('the form of a value', () => {
  it('is a number exactly where numbers are exact', () => {
    fc.assert(
      fc.property(word, (value) => {
        const signed = BigInt.asIntN(64, value);
        const isNumber = typeof bigintToValue(value) === 'number';
        expect(isNumber).toBe(Number.isSafeInteger(Number(signed)));
        expect(valueToBigint(bigintToValue(value))).toBe(value);
      }),
      { numRuns: 3000 },
    );
  });

  it('comes from two halves alike', () => {
    fc.assert(
      fc.property(word, (value) => {
        const low = Number(value & 0xffff_ffffn);
        const high = Number(BigInt.asIntN(32, value >> 32n));
        expect(halvesToNumber(low, high) ?? value).toBe(bigintToValue(value));
      }),
      { numRuns: 3000 },
    );
  });
});
