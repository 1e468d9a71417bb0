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
  /** What the exponent's bits are in infinities and NaNs. */
  readonly exponentField: number;
  readonly fractionMask: bigint;
  /** Set in quiet NaNs. */
  readonly quietBit: bigint;
  readonly infinity: bigint;
  readonly signBit: bigint;
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
  const { fractionBits, exponentField, exponentMin } = format;
  const fraction = bits & format.fractionMask;
  const head = Number(bits >> BigInt(fractionBits));
  const biased = head & exponentField;
  const sign: Sign = head > exponentField ? 1 : 0;
  if (biased === exponentField) return special(kindOfSpecial(format, bits, fraction), sign, bits);
  if (biased === 0 && fraction === 0n) return special('zero', sign, bits);
  const isDenormal = biased === 0;
  if (isDenormal && (control & DAZ) !== 0n) return special('zero', sign, zeroOf(format, sign));
  const significand = isDenormal ? fraction : fraction | (format.quietBit << 1n);
  const exponent = (isDenormal ? 0 : biased - 1) + exponentMin - fractionBits;
  return { kind: 'finite', sign, significand, exponent, isDenormal, bits };
}

function kindOfSpecial(format: Format, bits: bigint, fraction: bigint): Unpacked['kind'] {
  if (fraction === 0n) return 'infinity';
  return (bits & format.quietBit) === 0n ? 'signalling' : 'quiet';
}

function special(kind: Unpacked['kind'], sign: Sign, bits: bigint): Unpacked {
  return { kind, sign, significand: 0n, exponent: 0, isDenormal: false, bits };
}

export function zeroOf(format: Format, sign: Sign): bigint {
  return sign === 1 ? format.signBit : 0n;
}

export function infinityOf(format: Format, sign: Sign): bigint {
  return zeroOf(format, sign) | format.infinity;
}

/** The greatest finite number. */
export function greatestOf(format: Format, sign: Sign): bigint {
  return infinityOf(format, sign) - 1n;
}

/** What an invalid operation gives: a quiet NaN that is negative and has no payload. */
export function defaultNan(format: Format): bigint {
  return infinityOf(format, 1) | format.quietBit;
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
  return { value: first.bits | format.quietBit, exceptions: isInvalid ? IE : 0n };
}

const SINGLE: Format = {
  width: 32,
  fractionBits: 23,
  exponentMax: 127,
  exponentMin: -126,
  exponentField: 0xff,
  fractionMask: 0x7f_ffffn,
  quietBit: 0x40_0000n,
  infinity: 0x7f80_0000n,
  signBit: 0x8000_0000n,
};

const DOUBLE: Format = {
  width: 64,
  fractionBits: 52,
  exponentMax: 1023,
  exponentMin: -1022,
  exponentField: 0x7ff,
  fractionMask: 0xf_ffff_ffff_ffffn,
  quietBit: 0x8_0000_0000_0000n,
  infinity: 0x7ff0_0000_0000_0000n,
  signBit: 0x8000_0000_0000_0000n,
};
