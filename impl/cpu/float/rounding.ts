// Rounding of exact numbers to a format or to an integer, with overflow, underflow and precision.
// Spec: cpu.md, "Floating point".

import type { Floating } from '../algebra.ts';
import {
  FTZ,
  OE,
  OVERFLOW_MASKED,
  PE,
  type Rounding,
  roundingOf,
  UE,
  UNDERFLOW_MASKED,
} from '../mxcsr.ts';
import { type Finite, type Format, greatestOf, infinityOf, type Sign, zeroOf } from './format.ts';

/**
 * Rounds to a format. A number whose lower bits are not known has a 1 behind its last known bit,
 * which must be at least two bits beyond the format's precision.
 *
 * spec: cpu.float-result
 */
export function round(format: Format, control: bigint, exact: Finite): Floating<bigint> {
  const { sign, significand, exponent } = exact;
  const { fractionBits } = format;
  const rounding = roundingOf(control);
  const dropped = bitLength(significand) - fractionBits - 1;
  const free = dropBits(sign, significand, dropped, rounding);
  const carried = bitLength(free.kept) - fractionBits - 1;
  const leading = exponent + dropped + carried + fractionBits;
  const precision = free.isInexact ? PE : 0n;
  if (leading > format.exponentMax) return overflow(format, control, sign, precision);
  if (leading < format.exponentMin) return underflow(format, control, exact, precision);
  const biased = BigInt(leading - format.exponentMin + 1);
  const fraction = (free.kept >> BigInt(carried)) & format.fractionMask;
  const value = zeroOf(format, sign) | (biased << BigInt(fractionBits)) | fraction;
  return { value, exceptions: precision };
}

/**
 * Rounding away from zero ends in infinity, the other at the greatest number. Unmasked, it is exact
 * if the number is so with any exponent.
 */
function overflow(
  format: Format,
  control: bigint,
  sign: Sign,
  precision: bigint,
): Floating<bigint> {
  const rounding = roundingOf(control);
  const isAway = rounding === 0 || rounding === (sign === 1 ? 1 : 2);
  const value = isAway ? infinityOf(format, sign) : greatestOf(format, sign);
  const isMasked = (control & OVERFLOW_MASKED) !== 0n;
  return { value, exceptions: OE | (isMasked ? PE : precision) };
}

/**
 * Too small for a normal number, as rounded with any exponent. Masked, it is an exception only if
 * the denormal is not exact.
 */
function underflow(
  format: Format,
  control: bigint,
  exact: Finite,
  precision: bigint,
): Floating<bigint> {
  const { sign, significand, exponent } = exact;
  const zero = zeroOf(format, sign);
  const isMasked = (control & UNDERFLOW_MASKED) !== 0n;
  if (isMasked && (control & FTZ) !== 0n) return { value: zero, exceptions: UE | PE };
  const dropped = format.exponentMin - format.fractionBits - exponent;
  const denormal = dropBits(sign, significand, dropped, roundingOf(control));
  const value = zero | denormal.kept;
  if (!isMasked) return { value, exceptions: UE | precision };
  return { value, exceptions: denormal.isInexact ? UE | PE : 0n };
}

/** Divides by 2^count and rounds to an integer; a negative count multiplies. */
export function dropBits(
  sign: Sign,
  significand: bigint,
  count: number,
  rounding: Rounding,
): { readonly kept: bigint; readonly isInexact: boolean } {
  if (count <= 0) return { kept: significand << BigInt(-count), isInexact: false };
  const kept = significand >> BigInt(count);
  const rest = significand - (kept << BigInt(count));
  const half = 1n << BigInt(count - 1);
  const isUp = isRoundedUp({ sign, kept, rest, half, rounding });
  return { kept: isUp ? kept + 1n : kept, isInexact: rest !== 0n };
}

function isRoundedUp(parts: {
  readonly sign: Sign;
  readonly kept: bigint;
  readonly rest: bigint;
  readonly half: bigint;
  readonly rounding: Rounding;
}): boolean {
  const { sign, kept, rest, half, rounding } = parts;
  switch (rounding) {
    case 0:
      return rest > half || (rest === half && (kept & 1n) === 1n);
    case 1:
      return rest !== 0n && sign === 1;
    case 2:
      return rest !== 0n && sign === 0;
    case 3:
      return false;
  }
}

/** Of 0 it is 0. */
export function bitLength(value: bigint): number {
  const digits = value.toString(16);
  return 4 * (digits.length - 1) + 32 - Math.clz32(Number.parseInt(digits.charAt(0), 16));
}
