// The binary formats of IEEE 754 with 32 and 64 bits: a number taken apart and put together, and
// what becomes of NaNs. Nothing is rounded here. Spec: cpu.md, "Floating point".

import type { Floating, FloatWidth } from '../algebra.ts';
import { DAZ, IE } from '../mxcsr.ts';

export type Format = {
  readonly width: FloatWidth;
  /** Bits of the significand behind the point. */
  readonly fractionBits: number;
  /** Exponents of the greatest and of the least normal number. */
  readonly exponentMax: number;
  readonly exponentMin: number;
};

export function formatOf(width: FloatWidth): Format {
  return width === 32 ? SINGLE : DOUBLE;
}

export type Sign = 0 | 1;

/** A number that is not zero: (-1)^sign * significand * 2^exponent. */
export type Finite = {
  readonly sign: Sign;
  readonly significand: bigint;
  readonly exponent: number;
};

/** A number taken apart; significand and exponent are 0 unless it is finite. */
export type Unpacked = Finite & {
  readonly kind: 'zero' | 'finite' | 'infinity' | 'quiet' | 'signalling';
  readonly isDenormal: boolean;
  readonly bits: bigint;
};

/** With DAZ a denormal is a zero. */
export function unpack(format: Format, control: bigint, bits: bigint): Unpacked {
  const { fractionBits, width, exponentMin } = format;
  const fraction = bits & fractionMask(format);
  const biased = Number((bits >> BigInt(fractionBits)) & exponentField(format));
  const sign: Sign = bits >> BigInt(width - 1) === 0n ? 0 : 1;
  const rest = { sign, bits, isDenormal: false, significand: 0n, exponent: 0 };
  if (biased === Number(exponentField(format))) {
    if (fraction === 0n) return { ...rest, kind: 'infinity' };
    return { ...rest, kind: (bits & quietBit(format)) === 0n ? 'signalling' : 'quiet' };
  }
  const exponent = Math.max(biased - 1, 0) + exponentMin - fractionBits;
  if (biased !== 0) {
    const significand = fraction | (1n << BigInt(fractionBits));
    return { ...rest, kind: 'finite', significand, exponent };
  }
  if (fraction === 0n) return { ...rest, kind: 'zero' };
  if ((control & DAZ) !== 0n) return { ...rest, bits: zeroOf(format, sign), kind: 'zero' };
  return { ...rest, kind: 'finite', significand: fraction, exponent, isDenormal: true };
}

export function zeroOf(format: Format, sign: Sign): bigint {
  return BigInt(sign) << BigInt(format.width - 1);
}

export function infinityOf(format: Format, sign: Sign): bigint {
  return zeroOf(format, sign) | (exponentField(format) << BigInt(format.fractionBits));
}

/** The greatest finite number. */
export function greatestOf(format: Format, sign: Sign): bigint {
  return infinityOf(format, sign) - 1n;
}

/** What an invalid operation gives: a quiet NaN that is negative and has no payload. */
export function defaultNan(format: Format): bigint {
  return infinityOf(format, 1) | quietBit(format);
}

export function isNan(x: Unpacked): boolean {
  return x.kind === 'quiet' || x.kind === 'signalling';
}

/**
 * What an operation on operands with a NaN gives: the first NaN, made quiet. Undefined when there
 * is none.
 *
 * spec: cpu.nan-results
 */
export function propagateNan(
  format: Format,
  operands: readonly Unpacked[],
): Floating<bigint> | undefined {
  const first = operands.find(isNan);
  if (first === undefined) return undefined;
  const isInvalid = operands.some((x) => x.kind === 'signalling');
  return { value: first.bits | quietBit(format), exceptions: isInvalid ? IE : 0n };
}

export function fractionMask(format: Format): bigint {
  return (1n << BigInt(format.fractionBits)) - 1n;
}

/** All bits of the exponent, at the lower end. */
function exponentField(format: Format): bigint {
  return (1n << BigInt(format.width - 1 - format.fractionBits)) - 1n;
}

/** Set in quiet NaNs. */
export function quietBit(format: Format): bigint {
  return 1n << BigInt(format.fractionBits - 1);
}

const SINGLE: Format = { width: 32, fractionBits: 23, exponentMax: 127, exponentMin: -126 };
const DOUBLE: Format = { width: 64, fractionBits: 52, exponentMax: 1023, exponentMin: -1022 };
