// The interpreter's arithmetic and its reference, twins: the same values for random operands of
// every width, each in its one form.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OperandWidth } from '../../impl/cpu/algebra.ts';
import {
  bigintToValue,
  FastValues,
  halvesToNumber,
  type Value,
  valueToBigint,
} from '../../impl/cpu/fast-values.ts';
import { BigintValues, maskOf } from '../../impl/cpu/values.ts';

const FAST = new FastValues();
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
