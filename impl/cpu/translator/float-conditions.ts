// What translated code asks of floating-point numbers before it trusts WebAssembly with them, as
// expressions. Which answers are wanted is in floating-values.ts. Spec: cpu.md, "Floating point".

import type { FloatWidth } from '../algebra.ts';
import { PE } from '../mxcsr.ts';
import type { GraphValues } from './graph-values.ts';
import type { Node } from './node.ts';

/** MXCSR.RC, as a mask and as the value for rounding towards zero. */
export const TOWARDS_ZERO = 0x6000n;

export function roundingOf(m: GraphValues, control: Node): Node {
  return m.and(32, control, m.constant(32, TOWARDS_ZERO));
}

export function isNearest(m: GraphValues, control: Node): Node {
  return m.equal(32, roundingOf(m, control), m.constant(32, 0));
}

/** Whether an inexact result would set its flag. */
export function isUnflagged(m: GraphValues, control: Node): Node {
  return m.equal(32, m.and(32, control, m.constant(32, PE)), m.constant(32, 0));
}

/**
 * The only exception that is left. Where its flag is clear the result is exact; where it is set and
 * masked it makes no difference whether it comes, and unmasked it leaves the block.
 */
export function inexactIfFlagged(m: GraphValues, control: Node): Node {
  return m.and(8, m.truncate(32, 8, control), m.constant(8, PE));
}

export function isZero(m: GraphValues, width: FloatWidth, value: Node): Node {
  return m.equal(width, magnitudeOf(m, width, value), m.constant(width, 0));
}

/** A product is 0 because a factor is, or because it is too small. */
export function isTrueProduct(
  m: GraphValues,
  width: FloatWidth,
  { a, b, product }: { readonly a: Node; readonly b: Node; readonly product: Node },
): Node {
  const hasZero = m.or(1, isZero(m, width, a), isZero(m, width, b));
  return m.and(1, isZero(m, width, product), hasZero);
}

/** The same for what is 0 only if one operand is: a quotient, or a number in a narrower format. */
export function isTrueImage(
  m: GraphValues,
  { from, a, to, value }: { from: FloatWidth; a: Node; to: FloatWidth; value: Node },
): Node {
  return m.and(1, isZero(m, to, value), isZero(m, from, a));
}

/** Zero or denormal. */
export function hasLeastExponent(m: GraphValues, width: FloatWidth, value: Node): Node {
  return m.equal(32, exponentOf(m, width, value), m.constant(32, 0));
}

export function isDenormal(m: GraphValues, width: FloatWidth, value: Node): Node {
  return m.and(1, hasLeastExponent(m, width, value), m.not(1, isZero(m, width, value)));
}

export function isNan(m: GraphValues, value: Node): Node {
  return m.not(1, m.graph.make('floatEqual', 1, value, value));
}

/** Zero, denormal or next to that, infinite or no number. */
export function isSpecial(m: GraphValues, width: FloatWidth, value: Node): Node {
  const { least, most } = EXPONENTS[width];
  const above = m.subtract(32, exponentOf(m, width, value), m.constant(32, least));
  return m.not(1, m.less(32, above, m.constant(32, most - least)));
}

/** Whether a number fits an integer in two's complement, however it is rounded; no NaN does. */
export function isFitting(m: GraphValues, width: FloatWidth, to: 32 | 64, value: Node): Node {
  const bound = m.constant(width, BOUNDS[width][to]);
  return m.graph.make('floatLess', 1, magnitudeOf(m, width, value), bound);
}

function magnitudeOf(m: GraphValues, width: FloatWidth, value: Node): Node {
  return m.and(width, value, m.constant(width, (1n << BigInt(width - 1)) - 1n));
}

/** The field of the exponent where it stands in the upper 32 bits. */
function exponentOf(m: GraphValues, width: FloatWidth, value: Node): Node {
  const upper =
    width === 32 ? value : m.truncate(64, 32, m.shiftRight(64, value, m.constant(8, 32)));
  return m.and(32, upper, m.constant(32, EXPONENTS[width].most));
}

/**
 * The fields that are not special begin above that of the least normal number, because what rounds
 * up to that was too small; they end before that of infinities.
 */
const EXPONENTS = {
  32: { least: 0x100_0000n, most: 0x7f80_0000n },
  64: { least: 0x20_0000n, most: 0x7ff0_0000n },
} as const;

/** Magnitudes below them fit: 2^31 - 1 or 2^31, and 2^63. */
const BOUNDS = {
  32: { 32: 0x4f00_0000n, 64: 0x5f00_0000n },
  64: { 32: 0x41df_ffff_ffc0_0000n, 64: 0x43e0_0000_0000_0000n },
} as const;
