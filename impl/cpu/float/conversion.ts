// Conversions between the two formats, and between them and integers.
// Spec: cpu.md, "Floating point".

import type { Floating, FloatWidth } from '../algebra.ts';
import { DE, IE, PE, roundingOf } from '../mxcsr.ts';
import { type Format, formatOf, infinityOf, type Unpacked, unpack, zeroOf } from './format.ts';
import { dropBits, round } from './rounding.ts';

/** From one format to the other. */
export function toOtherFormat(from: FloatWidth, control: bigint, a: bigint): Floating<bigint> {
  const [source, target] = [formatOf(from), formatOf(from === 32 ? 64 : 32)];
  const x = unpack(source, control, a);
  switch (x.kind) {
    case 'quiet':
    case 'signalling':
      return nanToOtherFormat(source, target, x);
    case 'infinity':
      return { value: infinityOf(target, x.sign), exceptions: 0n };
    case 'zero':
      return { value: zeroOf(target, x.sign), exceptions: 0n };
    case 'finite': {
      const { value, exceptions } = round(target, control, x);
      return { value, exceptions: x.isDenormal ? exceptions | DE : exceptions };
    }
  }
}

/** The payload keeps its upper end. spec: cpu.nan-results */
function nanToOtherFormat(source: Format, target: Format, x: Unpacked): Floating<bigint> {
  const payload = BigInt.asUintN(source.fractionBits, x.bits);
  const shift = BigInt(target.fractionBits - source.fractionBits);
  const moved = shift > 0n ? payload << shift : payload >> -shift;
  const value = infinityOf(target, x.sign) | target.quietBit | moved;
  return { value, exceptions: x.kind === 'signalling' ? IE : 0n };
}

export function fromInteger(
  from: 32 | 64,
  to: FloatWidth,
  control: bigint,
  a: bigint,
): Floating<bigint> {
  const value = BigInt.asIntN(from, a);
  if (value === 0n) return { value: 0n, exceptions: 0n };
  const significand = value < 0n ? -value : value;
  return round(formatOf(to), control, { sign: value < 0n ? 1 : 0, significand, exponent: 0 });
}

/**
 * What does not fit is invalid and gives the least integer.
 *
 * spec: cpu.integer-indefinite
 */
export function toInteger(
  from: FloatWidth,
  to: 32 | 64,
  control: bigint,
  a: bigint,
): Floating<bigint> {
  const x = unpack(formatOf(from), control, a);
  if (x.kind === 'zero') return { value: 0n, exceptions: 0n };
  const least = 1n << BigInt(to - 1);
  const invalid = { value: least, exceptions: IE };
  // Beyond 2^64 nothing fits, so that no great number need be built.
  if (x.kind !== 'finite' || x.exponent > 64) return invalid;
  const { kept, isInexact } = dropBits(x.sign, x.significand, -x.exponent, roundingOf(control));
  const value = x.sign === 1 ? -kept : kept;
  if (BigInt.asIntN(to, value) !== value) return invalid;
  return { value: BigInt.asUintN(to, value), exceptions: isInexact ? PE : 0n };
}
