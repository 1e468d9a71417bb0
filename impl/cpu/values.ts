// The pure part of the algebra on BigInt: the readable reference for arithmetic. Registers, flags,
// memory and effects are in interpreter.ts. Spec: cpu.md, "Meaning".

import type { Division, Floating, FloatOrder, FloatWidth, OperandWidth, Width } from './algebra.ts';
import { compute, type Operation, squareRoot } from './float/arithmetic.ts';
import { compare } from './float/comparison.ts';
import { fromInteger, toInteger, toOtherFormat } from './float/conversion.ts';

export class BigintValues {
  constant(_width: Width, value: bigint): bigint {
    return value;
  }

  add(width: Width, a: bigint, b: bigint): bigint {
    return width === 64 ? BigInt.asUintN(64, a + b) : (a + b) & maskOf(width);
  }

  subtract(width: Width, a: bigint, b: bigint): bigint {
    return width === 64 ? BigInt.asUintN(64, a - b) : (a - b) & maskOf(width);
  }

  multiply(width: Width, a: bigint, b: bigint): bigint {
    return width === 64 ? BigInt.asUintN(64, a * b) : (a * b) & maskOf(width);
  }

  multiplyHigh(width: OperandWidth, a: bigint, b: bigint): bigint {
    return (a * b) >> BigInt(width);
  }

  multiplyHighSigned(width: OperandWidth, a: bigint, b: bigint): bigint {
    const product = BigInt.asIntN(width, a) * BigInt.asIntN(width, b);
    return BigInt.asUintN(width, product >> BigInt(width));
  }

  divide(width: OperandWidth, high: bigint, low: bigint, divisor: bigint): Division<bigint> {
    if (divisor === 0n) return NO_DIVISION;
    const wide = (high << BigInt(width)) | low;
    const quotient = wide / divisor;
    if (quotient > maskOf(width)) return NO_DIVISION;
    return { quotient, remainder: wide % divisor, fits: 1n };
  }

  divideSigned(width: OperandWidth, high: bigint, low: bigint, divisor: bigint): Division<bigint> {
    if (divisor === 0n) return NO_DIVISION;
    const wide = BigInt.asIntN(2 * width, (high << BigInt(width)) | low);
    const by = BigInt.asIntN(width, divisor);
    const quotient = wide / by;
    if (quotient !== BigInt.asIntN(width, quotient)) return NO_DIVISION;
    const remainder = BigInt.asUintN(width, wide % by);
    return { quotient: BigInt.asUintN(width, quotient), remainder, fits: 1n };
  }

  and(_width: Width, a: bigint, b: bigint): bigint {
    return a & b;
  }

  or(_width: Width, a: bigint, b: bigint): bigint {
    return a | b;
  }

  xor(_width: Width, a: bigint, b: bigint): bigint {
    return a ^ b;
  }

  not(width: Width, a: bigint): bigint {
    return a ^ maskOf(width);
  }

  shiftLeft(width: OperandWidth, a: bigint, count: bigint): bigint {
    if (count >= 64n) return 0n;
    return width === 64 ? BigInt.asUintN(64, a << count) : (a << count) & maskOf(width);
  }

  shiftRight(_width: OperandWidth, a: bigint, count: bigint): bigint {
    return count >= 64n ? 0n : a >> count;
  }

  shiftRightSigned(width: OperandWidth, a: bigint, count: bigint): bigint {
    return BigInt.asUintN(width, BigInt.asIntN(width, a) >> count);
  }

  trailingZeros(width: OperandWidth, a: bigint): bigint {
    let count = 0;
    while (count < width && ((a >> BigInt(count)) & 1n) === 0n) count += 1;
    return BigInt(count);
  }

  leadingZeros(width: OperandWidth, a: bigint): bigint {
    return a === 0n ? BigInt(width) : BigInt(width - a.toString(2).length);
  }

  onesCount(_width: OperandWidth, a: bigint): bigint {
    let count = 0n;
    for (let rest = a; rest !== 0n; rest &= rest - 1n) count += 1n;
    return count;
  }

  equal(_width: Width, a: bigint, b: bigint): bigint {
    return a === b ? 1n : 0n;
  }

  less(_width: Width, a: bigint, b: bigint): bigint {
    return a < b ? 1n : 0n;
  }

  select(_width: Width, condition: bigint, whenTrue: bigint, whenFalse: bigint): bigint {
    return condition === 1n ? whenTrue : whenFalse;
  }

  zeroExtend(_from: Width, _to: Width, a: bigint): bigint {
    return a;
  }

  signExtend(from: OperandWidth, to: OperandWidth, a: bigint): bigint {
    return BigInt.asUintN(to, BigInt.asIntN(from, a));
  }

  truncate(_from: Width, to: Width, a: bigint): bigint {
    return to === 64 ? a : a & maskOf(to);
  }

  floatCompute(
    operation: Operation,
    width: FloatWidth,
    control: bigint,
    a: bigint,
    b: bigint,
  ): Floating<bigint> {
    return compute(operation, width, control, a, b);
  }

  floatSquareRoot(width: FloatWidth, control: bigint, a: bigint): Floating<bigint> {
    return squareRoot(width, control, a);
  }

  floatCompare(width: FloatWidth, control: bigint, a: bigint, b: bigint): FloatOrder<bigint> {
    return compare(width, control, a, b);
  }

  floatConvert(from: FloatWidth, control: bigint, a: bigint): Floating<bigint> {
    return toOtherFormat(from, control, a);
  }

  floatFromInteger(from: 32 | 64, to: FloatWidth, control: bigint, a: bigint): Floating<bigint> {
    return fromInteger(from, to, control, a);
  }

  floatToInteger(from: FloatWidth, to: 32 | 64, control: bigint, a: bigint): Floating<bigint> {
    return toInteger(from, to, control, a);
  }
}

/** All ones in the width. */
export function maskOf(width: Width): bigint {
  switch (width) {
    case 1:
      return 1n;
    case 8:
      return 0xffn;
    case 16:
      return 0xffffn;
    case 32:
      return 0xffff_ffffn;
    case 64:
      return 0xffff_ffff_ffff_ffffn;
  }
}

const NO_DIVISION: Division<bigint> = { quotient: 0n, remainder: 0n, fits: 0n };
