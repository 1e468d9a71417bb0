// Floating point as the interpreter computes it: by the host's numbers where they surely give what
// the processor gives, and by the reference, values.ts, everywhere else. Sure are operands and
// results that are zeros or normal numbers, rounded to the nearest, while an inexact result changes
// nothing: it is flagged already, and masked. Spec: cpu.md, "Floating point".

import type { Floating, FloatOrder, FloatWidth } from './algebra.ts';
import { bigintToValue, FastValues, type Value, valueToBigint } from './fast-values.ts';
import type { Operation } from './float/arithmetic.ts';
import { PE } from './mxcsr.ts';
import { RegisterWords } from './register-words.ts';
import { BigintValues } from './values.ts';

export class FastFloats extends FastValues {
  floatCompute(
    operation: Operation,
    width: FloatWidth,
    control: Value,
    a: Value,
    b: Value,
  ): Floating<Value> {
    if (isPlainControl(control)) {
      const [x, y] = [toHost(width, a), toHost(width, b)];
      const result = computeOnHost(operation, x, y);
      const value = width === 64 ? result : Math.fround(result);
      const isExactZero = x === 0 || y === 0 || operation === 'add' || operation === 'subtract';
      const isSure = isPlain(width, x) && isPlain(width, y) && isPlain(width, value);
      if (isSure && (value !== 0 || isExactZero)) return perhapsInexact(width, value);
    }
    const [c, x, y] = [valueToBigint(control), valueToBigint(a), valueToBigint(b)];
    return toFloating(REFERENCE.floatCompute(operation, width, c, x, y));
  }

  /** ECMAScript does not ask that roots are rounded correctly; the equality test does. */
  floatSquareRoot(width: FloatWidth, control: Value, a: Value): Floating<Value> {
    if (isPlainControl(control)) {
      const x = toHost(width, a);
      const value = width === 64 ? Math.sqrt(x) : Math.fround(Math.sqrt(x));
      if (isPlain(width, x) && isPlain(width, value)) return perhapsInexact(width, value);
    }
    return toFloating(REFERENCE.floatSquareRoot(width, valueToBigint(control), valueToBigint(a)));
  }

  floatCompare(width: FloatWidth, control: Value, a: Value, b: Value): FloatOrder<Value> {
    const [x, y] = [toHost(width, a), toHost(width, b)];
    if (isPlain(width, x) && isPlain(width, y)) {
      return { less: x < y ? 1 : 0, equal: x === y ? 1 : 0, unordered: 0, exceptions: 0 };
    }
    return this.#compareByReference(width, control, a, b);
  }

  #compareByReference(width: FloatWidth, control: Value, a: Value, b: Value): FloatOrder<Value> {
    const [c, x, y] = [valueToBigint(control), valueToBigint(a), valueToBigint(b)];
    const { less, equal, unordered, exceptions } = REFERENCE.floatCompare(width, c, x, y);
    return {
      less: Number(less),
      equal: Number(equal),
      unordered: Number(unordered),
      exceptions: Number(exceptions),
    };
  }

  floatConvert(from: FloatWidth, control: Value, a: Value): Floating<Value> {
    return toFloating(REFERENCE.floatConvert(from, valueToBigint(control), valueToBigint(a)));
  }

  floatFromInteger(from: 32 | 64, to: FloatWidth, control: Value, a: Value): Floating<Value> {
    const [c, x] = [valueToBigint(control), valueToBigint(a)];
    return toFloating(REFERENCE.floatFromInteger(from, to, c, x));
  }

  floatToInteger(from: FloatWidth, to: 32 | 64, control: Value, a: Value): Floating<Value> {
    const [c, x] = [valueToBigint(control), valueToBigint(a)];
    return toFloating(REFERENCE.floatToInteger(from, to, c, x));
  }
}

/** A double that is then made a single was rounded twice, and is as if it had been once. */
function computeOnHost(operation: Operation, x: number, y: number): number {
  switch (operation) {
    case 'add':
      return x + y;
    case 'subtract':
      return x - y;
    case 'multiply':
      return x * y;
    case 'divide':
      return x / y;
  }
}

/** To the nearest, the flag of an inexact result set and its exception masked. */
function isPlainControl(control: Value): boolean {
  return (Number(control) & PLAIN_MASK) === PLAIN;
}

/** A zero or a normal number; what is the least of these may have been rounded up to it. */
function isPlain(width: FloatWidth, x: number): boolean {
  const magnitude = Math.abs(x);
  const least = width === 64 ? LEAST_DOUBLE : LEAST_SINGLE;
  return x === 0 || (magnitude > least && magnitude < Number.POSITIVE_INFINITY);
}

function perhapsInexact(width: FloatWidth, value: number): Floating<Value> {
  return { value: fromHost(width, value), exceptions: INEXACT };
}

function toHost(width: FloatWidth, bits: Value): number {
  CELL.write(0, bits);
  return (width === 64 ? DOUBLES[0] : SINGLES[0]) ?? 0;
}

function fromHost(width: FloatWidth, value: number): Value {
  if (width === 64) {
    DOUBLES[0] = value;
  } else {
    SINGLES[0] = value;
    SINGLES[1] = 0;
  }
  return CELL.read(0);
}

function toFloating({ value, exceptions }: Floating<bigint>): Floating<Value> {
  return { value: bigintToValue(value), exceptions: Number(exceptions) };
}

/** One cell, seen as bits and as numbers. */
const WORDS = new BigUint64Array(1);
const DOUBLES = new Float64Array(WORDS.buffer);
const SINGLES = new Float32Array(WORDS.buffer);
const CELL = new RegisterWords(WORDS);

const LEAST_SINGLE = 2 ** -126;
const LEAST_DOUBLE = 2 ** -1022;

const INEXACT = Number(PE);
/** RC, PM and PE of MXCSR. */
const PLAIN_MASK = 0x7020;
const PLAIN = 0x1020;

const REFERENCE = new BigintValues();
