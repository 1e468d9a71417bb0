// Integers of the algebra as the interpreter computes them: the twin of values.ts, which is the
// reference. A value is a number wherever numbers are exact, and a BigInt beyond: most of what a
// program computes never is one. Spec: cpu.md, "Meaning".

import type { Division, OperandWidth, Width } from './algebra.ts';
import { BigintValues } from './values.ts';

/**
 * Up to 32 bits an unsigned number. Of 64 bits, in two's complement, a signed number where that is
 * a safe integer, and an unsigned BigInt where it is not: each value has one form, so that `===`
 * compares values.
 */
export type Value = number | bigint;

/** From an unsigned value of up to 64 bits. */
export function bigintToValue(value: bigint): Value {
  const signed = BigInt.asIntN(64, value);
  return signed >= -SAFE_BIGINT && signed <= SAFE_BIGINT ? Number(signed) : value;
}

/** The unsigned value. */
export function valueToBigint(value: Value): bigint {
  if (typeof value === 'bigint') return value;
  return value < 0 ? BigInt.asUintN(64, BigInt(value)) : BigInt(value);
}

/** From the lower half, unsigned, and the upper, signed; undefined where that takes a BigInt. */
export function halvesToNumber(low: number, high: number): number | undefined {
  const value = high * TWO_32 + low;
  return isSafe(value) ? value : undefined;
}

/** The upper half of a number of 64 bits, signed. */
export function upperHalf(value: number): number {
  const low = value | 0;
  if (low === value) return low >> 31;
  return low >>> 0 === value ? 0 : Math.floor(value / TWO_32);
}

export class FastValues {
  constant(_width: Width, value: number | bigint): Value {
    return typeof value === 'number' ? value : bigintToValue(value);
  }

  add(width: Width, a: Value, b: Value): Value {
    if (typeof a === 'number' && typeof b === 'number') {
      const sum = a + b;
      if (width !== 64) return cut(width, sum);
      if (isSafe(sum)) return sum;
    }
    return bigintToValue(REFERENCE.add(width, valueToBigint(a), valueToBigint(b)));
  }

  subtract(width: Width, a: Value, b: Value): Value {
    if (typeof a === 'number' && typeof b === 'number') {
      const difference = a - b;
      if (width !== 64) return cut(width, difference);
      if (isSafe(difference)) return difference;
    }
    return bigintToValue(REFERENCE.subtract(width, valueToBigint(a), valueToBigint(b)));
  }

  multiply(width: Width, a: Value, b: Value): Value {
    if (typeof a === 'number' && typeof b === 'number') {
      if (width !== 64) return cut(width, Math.imul(a, b));
      const product = a * b;
      if (isSafe(product)) return product + 0;
    }
    return bigintToValue(REFERENCE.multiply(width, valueToBigint(a), valueToBigint(b)));
  }

  multiplyHigh(width: OperandWidth, a: Value, b: Value): Value {
    if (typeof a === 'number' && typeof b === 'number' && a >= 0 && b >= 0) {
      const product = a * b;
      if (isSafe(product)) return width === 64 ? 0 : Math.floor(product / power(width));
    }
    return bigintToValue(REFERENCE.multiplyHigh(width, valueToBigint(a), valueToBigint(b)));
  }

  multiplyHighSigned(width: OperandWidth, a: Value, b: Value): Value {
    if (typeof a === 'number' && typeof b === 'number') {
      const product = signed(width, a) * signed(width, b);
      if (isSafe(product)) {
        if (width === 64) return product < 0 ? -1 : 0;
        return cut(width, Math.floor(product / power(width)));
      }
    }
    return bigintToValue(REFERENCE.multiplyHighSigned(width, valueToBigint(a), valueToBigint(b)));
  }

  divide(width: OperandWidth, high: Value, low: Value, divisor: Value): Division<Value> {
    if (high === 0 && isUnsigned(low) && isUnsigned(divisor) && divisor !== 0) {
      const remainder = low % divisor;
      return { quotient: (low - remainder) / divisor, remainder, fits: 1 };
    }
    const [h, l, by] = [high, low, divisor].map(valueToBigint);
    return toDivision(REFERENCE.divide(width, h ?? 0n, l ?? 0n, by ?? 0n));
  }

  divideSigned(width: OperandWidth, high: Value, low: Value, divisor: Value): Division<Value> {
    if (width !== 64 && isUnsigned(low) && isUnsigned(divisor)) {
      const division = divideNumbers(width, {
        high,
        low: signed(width, low),
        divisor: signed(width, divisor),
      });
      if (division !== undefined && Math.abs(division.quotient) < power(width - 1)) {
        const { quotient, remainder } = division;
        return { quotient: cut(width, quotient), remainder: cut(width, remainder), fits: 1 };
      }
    } else if (typeof low === 'number' && typeof divisor === 'number') {
      const division = divideNumbers(width, { high, low, divisor });
      if (division !== undefined) return { ...division, fits: 1 };
    }
    const [h, l, by] = [high, low, divisor].map(valueToBigint);
    return toDivision(REFERENCE.divideSigned(width, h ?? 0n, l ?? 0n, by ?? 0n));
  }

  and(width: Width, a: Value, b: Value): Value {
    if (typeof a === 'number' && typeof b === 'number') {
      if (width !== 64) return (a & b) >>> 0;
      if (isSmall(a) && isSmall(b)) return a & b;
      return joined(a & b, upperHalf(a) & upperHalf(b));
    }
    return bigintToValue(valueToBigint(a) & valueToBigint(b));
  }

  or(width: Width, a: Value, b: Value): Value {
    if (typeof a === 'number' && typeof b === 'number') {
      if (width !== 64) return (a | b) >>> 0;
      if (isSmall(a) && isSmall(b)) return a | b;
      return joined(a | b, upperHalf(a) | upperHalf(b));
    }
    return bigintToValue(valueToBigint(a) | valueToBigint(b));
  }

  xor(width: Width, a: Value, b: Value): Value {
    if (typeof a === 'number' && typeof b === 'number') {
      if (width !== 64) return (a ^ b) >>> 0;
      if (isSmall(a) && isSmall(b)) return a ^ b;
      return joined(a ^ b, upperHalf(a) ^ upperHalf(b));
    }
    return bigintToValue(valueToBigint(a) ^ valueToBigint(b));
  }

  not(width: Width, a: Value): Value {
    if (typeof a === 'number') {
      if (width !== 64) return cut(width, ~a);
      if (isSafe(-1 - a)) return -1 - a;
    }
    return bigintToValue(REFERENCE.not(width, valueToBigint(a)));
  }

  shiftLeft(width: OperandWidth, a: Value, count: Value): Value {
    const by = Number(count);
    if (by >= width) return 0;
    if (typeof a === 'number') {
      if (width !== 64) return cut(width, a << by);
      const product = a * power(by);
      if (isSafe(product)) return product;
    }
    return bigintToValue(REFERENCE.shiftLeft(width, valueToBigint(a), BigInt(by)));
  }

  shiftRight(width: OperandWidth, a: Value, count: Value): Value {
    const by = Number(count);
    if (by >= width) return 0;
    if (typeof a === 'number') {
      if (a >= 0) return width !== 64 ? a >>> by : Math.floor(a / power(by));
      if (by >= 32) return upperHalf(a) >>> (by - 32);
    }
    return bigintToValue(REFERENCE.shiftRight(width, valueToBigint(a), BigInt(by)));
  }

  shiftRightSigned(width: OperandWidth, a: Value, count: Value): Value {
    const by = Math.min(Number(count), width - 1);
    if (typeof a === 'number') {
      if (width !== 64) return cut(width, signed(width, a) >> by);
      return Math.floor(a / power(by));
    }
    return bigintToValue(REFERENCE.shiftRightSigned(width, a, BigInt(by)));
  }

  trailingZeros(width: OperandWidth, a: Value): Value {
    const low = Number(this.truncate(64, 32, a));
    if (low !== 0) return 31 - Math.clz32(low & -low);
    if (width !== 64) return width;
    const high = Number(this.shiftRight(64, a, 32));
    return high === 0 ? 64 : 63 - Math.clz32(high & -high);
  }

  leadingZeros(width: OperandWidth, a: Value): Value {
    if (width !== 64) return Math.clz32(Number(a)) - (32 - width);
    const high = Number(this.shiftRight(64, a, 32));
    return high === 0 ? 32 + Math.clz32(Number(this.truncate(64, 32, a))) : Math.clz32(high);
  }

  onesCount(width: OperandWidth, a: Value): Value {
    const low = onesOf(Number(this.truncate(64, 32, a)));
    return width === 64 ? low + onesOf(Number(this.shiftRight(64, a, 32))) : low;
  }

  equal(_width: Width, a: Value, b: Value): Value {
    return a === b ? 1 : 0;
  }

  less(_width: Width, a: Value, b: Value): Value {
    if (typeof a === 'number' && typeof b === 'number') {
      return (a < 0 === b < 0 ? a < b : b < 0) ? 1 : 0;
    }
    return valueToBigint(a) < valueToBigint(b) ? 1 : 0;
  }

  select(_width: Width, condition: Value, whenTrue: Value, whenFalse: Value): Value {
    return condition === 1 ? whenTrue : whenFalse;
  }

  zeroExtend(_from: Width, _to: Width, a: Value): Value {
    return a;
  }

  signExtend(from: OperandWidth, to: OperandWidth, a: Value): Value {
    if (from === 64 || typeof a === 'bigint') return a;
    return to === 64 ? signed(from, a) : cut(to, signed(from, a));
  }

  truncate(_from: Width, to: Width, a: Value): Value {
    if (to === 64) return a;
    return typeof a === 'number' ? cut(to, a) : Number(BigInt.asUintN(to, a));
  }
}

/** The lowest bits of a number, unsigned. */
function cut(width: Width, value: number): number {
  switch (width) {
    case 32:
      return value >>> 0;
    case 16:
      return value & 0xffff;
    case 8:
      return value & 0xff;
    case 1:
      return value & 1;
    case 64:
      return value;
  }
}

/** A number of the width, as two's complement has it. */
function signed(width: OperandWidth, value: number): number {
  switch (width) {
    case 64:
      return value;
    case 32:
      return value | 0;
    case 16:
      return (value << 16) >> 16;
    case 8:
      return (value << 24) >> 24;
  }
}

function isSafe(value: number): boolean {
  return value <= Number.MAX_SAFE_INTEGER && value >= -Number.MAX_SAFE_INTEGER;
}

/** In two's complement all of the upper half is the sign. */
function isSmall(value: number): boolean {
  return (value | 0) === value;
}

function isUnsigned(value: Value): value is number {
  return typeof value === 'number' && value >= 0;
}

/** Halves of numbers never need a BigInt, but for one value. */
function joined(low: number, high: number): Value {
  const value = high * TWO_32 + (low >>> 0);
  return isSafe(value) ? value : BigInt.asUintN(64, BigInt(value));
}

/** Rounded towards zero; undefined where the dividend takes more than one operand. */
function divideNumbers(
  width: OperandWidth,
  { high, low, divisor }: { readonly high: Value; readonly low: number; readonly divisor: number },
): { readonly quotient: number; readonly remainder: number } | undefined {
  if (high !== cut(width, low < 0 ? -1 : 0) || divisor === 0) return undefined;
  const remainder = low % divisor;
  return { quotient: (low - remainder) / divisor + 0, remainder: remainder + 0 };
}

function onesOf(value: number): number {
  let count = 0;
  for (let rest = value; rest !== 0; rest &= rest - 1) count += 1;
  return count;
}

function power(exponent: number): number {
  return POWERS[exponent] ?? 0;
}

function toDivision({ quotient, remainder, fits }: Division<bigint>): Division<Value> {
  return {
    quotient: bigintToValue(quotient),
    remainder: bigintToValue(remainder),
    fits: Number(fits),
  };
}

const TWO_32 = 0x1_0000_0000;
const SAFE_BIGINT = BigInt(Number.MAX_SAFE_INTEGER);
const POWERS: readonly number[] = Array.from({ length: 65 }, (_, k) => 2 ** k);
const REFERENCE = new BigintValues();
