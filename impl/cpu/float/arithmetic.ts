// Sum, difference, product, quotient and square root: exact on integers, then rounded once.
// Spec: cpu.md, "Floating point".

import type { Floating, FloatWidth } from '../algebra.ts';
import { DE, IE, roundingOf, ZE } from '../mxcsr.ts';
import {
  defaultNan,
  type Finite,
  type Format,
  formatOf,
  infinityOf,
  propagateNan,
  type Sign,
  type Unpacked,
  unpack,
  zeroOf,
} from './format.ts';
import { bitLength, round } from './rounding.ts';

export type Operation = 'add' | 'subtract' | 'multiply' | 'divide';

/** What an operation gives before it is rounded. */
type Exact =
  | ({ readonly kind: 'finite' } & Finite)
  | { readonly kind: 'zero' | 'infinity' | 'pole'; readonly sign: Sign }
  | { readonly kind: 'invalid' };

export function compute(
  operation: Operation,
  width: FloatWidth,
  control: bigint,
  a: bigint,
  b: bigint,
): Floating<bigint> {
  const format = formatOf(width);
  const x = unpack(format, control, a);
  const y = unpack(format, control, b);
  const nan = propagateNan(format, [x, y]);
  if (nan !== undefined) return nan;
  const exact = computeExactly(operation, control, x, y, format);
  return finish(format, control, exact, x.isDenormal || y.isDenormal);
}

export function squareRoot(width: FloatWidth, control: bigint, a: bigint): Floating<bigint> {
  const format = formatOf(width);
  const x = unpack(format, control, a);
  const nan = propagateNan(format, [x]);
  if (nan !== undefined) return nan;
  return finish(format, control, rootOf(x, format), x.isDenormal);
}

/** An invalid operation and a division by zero hide that an operand is denormal. */
function finish(
  format: Format,
  control: bigint,
  exact: Exact,
  isDenormal: boolean,
): Floating<bigint> {
  const denormal = isDenormal ? DE : 0n;
  switch (exact.kind) {
    case 'invalid':
      return { value: defaultNan(format), exceptions: IE };
    case 'pole':
      return { value: infinityOf(format, exact.sign), exceptions: ZE };
    case 'infinity':
      return { value: infinityOf(format, exact.sign), exceptions: denormal };
    case 'zero':
      return { value: zeroOf(format, exact.sign), exceptions: denormal };
    case 'finite': {
      const { value, exceptions } = round(format, control, exact);
      return { value, exceptions: exceptions | denormal };
    }
  }
}

function computeExactly(
  operation: Operation,
  control: bigint,
  x: Unpacked,
  y: Unpacked,
  format: Format,
): Exact {
  switch (operation) {
    case 'add':
      return sumOf(x, y, control);
    case 'subtract':
      return sumOf(x, { ...y, sign: y.sign === 0 ? 1 : 0 }, control);
    case 'multiply':
      return productOf(x, y);
    case 'divide':
      return quotientOf(x, y, format);
  }
}

function sumOf(x: Unpacked, y: Unpacked, control: bigint): Exact {
  if (x.kind === 'infinity' && y.kind === 'infinity' && x.sign !== y.sign) return INVALID;
  if (x.kind === 'infinity') return { kind: 'infinity', sign: x.sign };
  if (y.kind === 'infinity') return { kind: 'infinity', sign: y.sign };
  const exponent = Math.min(exponentOf(x, y), exponentOf(y, x));
  const sum = signedAt(x, exponent) + signedAt(y, exponent);
  if (sum === 0n) return { kind: 'zero', sign: signOfZero(x, y, control) };
  const sign = sum < 0n ? 1 : 0;
  return { kind: 'finite', sign, significand: sum < 0n ? -sum : sum, exponent };
}

/** A zero takes the exponent of the other. */
function exponentOf(x: Unpacked, other: Unpacked): number {
  return x.kind === 'zero' ? other.exponent : x.exponent;
}

function signedAt(x: Unpacked, exponent: number): bigint {
  if (x.kind === 'zero') return 0n;
  const magnitude = x.significand << BigInt(x.exponent - exponent);
  return x.sign === 1 ? -magnitude : magnitude;
}

/** Opposite numbers give +0, but -0 when rounding down. */
function signOfZero(x: Unpacked, y: Unpacked, control: bigint): Sign {
  if (x.sign === y.sign) return x.sign;
  return roundingOf(control) === 1 ? 1 : 0;
}

function productOf(x: Unpacked, y: Unpacked): Exact {
  const sign: Sign = x.sign === y.sign ? 0 : 1;
  const hasZero = x.kind === 'zero' || y.kind === 'zero';
  const hasInfinity = x.kind === 'infinity' || y.kind === 'infinity';
  if (hasZero && hasInfinity) return INVALID;
  if (hasInfinity) return { kind: 'infinity', sign };
  if (hasZero) return { kind: 'zero', sign };
  const significand = x.significand * y.significand;
  return { kind: 'finite', sign, significand, exponent: x.exponent + y.exponent };
}

function quotientOf(x: Unpacked, y: Unpacked, format: Format): Exact {
  const sign: Sign = x.sign === y.sign ? 0 : 1;
  if (x.kind === y.kind && x.kind !== 'finite') return INVALID;
  if (x.kind === 'infinity') return { kind: 'infinity', sign };
  if (y.kind === 'zero') return { kind: 'pole', sign };
  if (x.kind === 'zero' || y.kind === 'infinity') return { kind: 'zero', sign };
  const missing = bitLength(y.significand) - bitLength(x.significand);
  const shift = Math.max(0, missing + format.fractionBits + GUARD_BITS);
  const dividend = x.significand << BigInt(shift);
  const quotient = dividend / y.significand;
  const significand = withSticky(quotient, quotient * y.significand !== dividend);
  return { kind: 'finite', sign, significand, exponent: x.exponent - y.exponent - shift - 1 };
}

/** The root of -0 is -0; that of any other negative number is invalid. */
function rootOf(x: Unpacked, format: Format): Exact {
  if (x.kind === 'zero') return { kind: 'zero', sign: x.sign };
  if (x.sign === 1) return INVALID;
  if (x.kind === 'infinity') return { kind: 'infinity', sign: 0 };
  const wanted = 2 * (format.fractionBits + GUARD_BITS) - bitLength(x.significand);
  // The exponent must be even to be halved.
  const shift = (wanted + x.exponent) % 2 === 0 ? wanted : wanted + 1;
  const square = x.significand << BigInt(shift);
  const root = integerRoot(square);
  const significand = withSticky(root, root * root !== square);
  return { kind: 'finite', sign: 0, significand, exponent: (x.exponent - shift) / 2 - 1 };
}

/** The greatest integer whose square is not greater: Newton's method from above. */
function integerRoot(square: bigint): bigint {
  let root = 1n << BigInt(Math.ceil(bitLength(square) / 2));
  for (;;) {
    const next = (root + square / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}

/** Appends a bit that says whether anything was cut off. */
function withSticky(value: bigint, isCut: boolean): bigint {
  return (value << 1n) | (isCut ? 1n : 0n);
}

/** More than rounding needs to tell less than half, half, and more than half apart. */
const GUARD_BITS = 3;
const INVALID: Exact = { kind: 'invalid' };
