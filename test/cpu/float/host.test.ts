// Our floating point against the host's, which rounds to the nearest: every operation on doubles
// and on singles. Exceptions, other roundings and NaNs are compared with the processor.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compute, squareRoot } from '../../../impl/cpu/float/arithmetic.ts';
import { compare } from '../../../impl/cpu/float/comparison.ts';
import { fromInteger, toInteger, toOtherFormat } from '../../../impl/cpu/float/conversion.ts';

const CONTROL = 0x1f80n;
const RUNS = 2000;
const view = new DataView(new ArrayBuffer(8));

const double = {
  width: 64,
  fractionBits: 52n,
  toBits(value: number): bigint {
    view.setFloat64(0, value);
    return view.getBigUint64(0);
  },
  toNumber(bits: bigint): number {
    view.setBigUint64(0, bits);
    return view.getFloat64(0);
  },
} as const;

const single = {
  width: 32,
  fractionBits: 23n,
  toBits(value: number): bigint {
    view.setFloat32(0, value);
    return BigInt(view.getUint32(0));
  },
  toNumber(bits: bigint): number {
    view.setUint32(0, Number(bits));
    return view.getFloat32(0);
  },
} as const;

/** Bits of numbers and infinities: any, or with few digits and an exponent near that of 1. */
function bitsOf({ width, fractionBits }: typeof single | typeof double): fc.Arbitrary<bigint> {
  const any = fc.bigInt({ min: 0n, max: (1n << BigInt(width)) - 1n });
  const near = fc
    .tuple(fc.bigInt({ min: -60n, max: 60n }), fc.bigInt({ min: 0n, max: 15n }), fc.boolean())
    .map(([exponent, digits, isNegative]) => {
      const bias = (1n << (BigInt(width) - fractionBits - 2n)) - 1n;
      const sign = isNegative ? 1n << BigInt(width - 1) : 0n;
      return (
        sign | ((bias + exponent) << fractionBits) | (digits << (fractionBits - 4n)) | (digits & 1n)
      );
    });
  const tiny = fc.bigInt({ min: 0n, max: 1n << (fractionBits + 2n) });
  return fc.oneof(any, near, tiny);
}

/** spec: cpu.float-result, cpu.integer-indefinite */
describe.each([
  ['singles', single],
  ['doubles', double],
] as const)('%s', (_, format) => {
  const { width, toBits, toNumber } = format;
  const bits = bitsOf(format);
  const expectNumber = (actual: bigint, expected: number): void => {
    if (Number.isNaN(expected)) expect(toNumber(actual)).toBeNaN();
    else expect(actual).toBe(toBits(expected));
  };

  // A double has more than twice the digits of a single, so that rounding twice rounds alike.
  it.each([
    ['add', (a: number, b: number) => a + b],
    ['subtract', (a: number, b: number) => a - b],
    ['multiply', (a: number, b: number) => a * b],
    ['divide', (a: number, b: number) => a / b],
  ] as const)('%s', (operation, onHost) => {
    fc.assert(
      fc.property(bits, bits, (a, b) => {
        const { value } = compute(operation, width, CONTROL, a, b);
        expectNumber(value, onHost(toNumber(a), toNumber(b)));
      }),
      { numRuns: RUNS },
    );
  });

  it('square root, conversions, order', () => {
    fc.assert(
      fc.property(bits, bits, (a, b) => {
        const [x, y] = [toNumber(a), toNumber(b)];
        expectNumber(squareRoot(width, CONTROL, a).value, Math.sqrt(x));
        const other = width === 32 ? double : single;
        const converted = toOtherFormat(width, CONTROL, a).value;
        if (!Number.isNaN(x)) expect(converted).toBe(other.toBits(x));
        const order = compare(width, CONTROL, a, b);
        expect([order.less, order.equal]).toEqual([x < y ? 1n : 0n, x === y ? 1n : 0n]);
      }),
      { numRuns: RUNS },
    );
  });

  it('integers of 64 bits, and back by truncation', () => {
    const integer = fc.oneof(
      fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n }),
      fc.bigInt({ min: -70_000n, max: 70_000n }),
    );
    fc.assert(
      fc.property(integer, bits, (n, a) => {
        const asDouble = Number(n);
        // The host has no conversion of 64 bits to a single in one rounding.
        if (width === 64 || BigInt(asDouble) === n) {
          const { value } = fromInteger(64, width, CONTROL, BigInt.asUintN(64, n));
          expect(value).toBe(toBits(asDouble));
        }
        const x = toNumber(a);
        const isFitting = x >= -(2 ** 63) && x < 2 ** 63;
        const expected = isFitting ? BigInt.asUintN(64, BigInt(Math.trunc(x))) : 1n << 63n;
        expect(toInteger(width, 64, CONTROL | 0x6000n, a).value).toBe(expected);
      }),
      { numRuns: RUNS },
    );
  });
});
