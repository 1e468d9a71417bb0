// The pure operations of the algebra as data, and three of the translator's own that rules put in
// place of longer expressions. Constants and flags that are asked for late are evaluated here, by
// the same arithmetic that the interpreter uses. Spec: cpu.md, "Meaning".

import { assert } from '../../base/assert.ts';
import type { OperandWidth, Width } from '../algebra.ts';
import { BigintValues } from '../values.ts';

export type PureOperation =
  | ('add' | 'subtract' | 'multiply' | 'multiplyHigh' | 'multiplyHighSigned')
  | ('quotient' | 'remainder' | 'quotientSigned' | 'remainderSigned')
  | ('and' | 'or' | 'xor' | 'shiftLeft' | 'shiftRight' | 'shiftRightSigned' | 'rotateLeft')
  | ('trailingZeros' | 'leadingZeros' | 'onesCount')
  | ('equal' | 'less' | 'lessSigned' | 'select')
  | ('zeroExtend' | 'signExtend' | 'truncate')
  | FloatOperation;

/** Rounded to the nearest; a NaN is never asked for. */
export type FloatOperation =
  | ('floatAdd' | 'floatSubtract' | 'floatMultiply' | 'floatDivide' | 'floatSquareRoot')
  | ('floatLess' | 'floatEqual' | 'floatConvert' | 'floatFromInteger')
  | ('floatToInteger' | 'floatTruncate');

type Operand = { readonly width: Width; readonly value: bigint };

/** The value of an operation; operands have the width that they say. */
export function evaluateOperation(
  operation: PureOperation,
  width: Width,
  operands: readonly Operand[],
): bigint {
  const [a = ABSENT, b = ABSENT, c = ABSENT] = operands;
  switch (operation) {
    case 'add':
    case 'subtract':
    case 'multiply':
    case 'and':
    case 'or':
    case 'xor':
      return VALUES[operation](width, a.value, b.value);
    case 'multiplyHigh':
    case 'multiplyHighSigned':
    case 'shiftLeft':
    case 'shiftRight':
    case 'shiftRightSigned':
      return VALUES[operation](operandWidth(width), a.value, b.value);
    case 'trailingZeros':
    case 'leadingZeros':
    case 'onesCount':
      return VALUES[operation](operandWidth(width), a.value);
    case 'equal':
    case 'less':
      return VALUES[operation](a.width, a.value, b.value);
    case 'zeroExtend':
    case 'truncate':
      return VALUES[operation](a.width, width, a.value);
    case 'signExtend':
      return VALUES.signExtend(operandWidth(a.width), operandWidth(width), a.value);
    case 'select':
      return VALUES.select(width, a.value, b.value, c.value);
    case 'lessSigned':
      return BigInt.asIntN(a.width, a.value) < BigInt.asIntN(a.width, b.value) ? 1n : 0n;
    case 'rotateLeft':
      return rotateLeft(width, a.value, b.value);
    case 'quotient':
    case 'remainder':
      return divide(a, b, c)[operation];
    case 'quotientSigned':
      return divideSigned(a, b, c).quotient;
    case 'remainderSigned':
      return divideSigned(a, b, c).remainder;
    default:
      return evaluateFloat(operation, width, a, b);
  }
}

function evaluateFloat(operation: FloatOperation, to: Width, a: Operand, b: Operand): bigint {
  const [from, x, y] = [a.width === 32 ? 32 : 64, a.value, b.value] as const;
  const width = to === 32 ? 32 : 64;
  switch (operation) {
    case 'floatAdd':
      return VALUES.floatCompute('add', from, NEAREST, x, y).value;
    case 'floatSubtract':
      return VALUES.floatCompute('subtract', from, NEAREST, x, y).value;
    case 'floatMultiply':
      return VALUES.floatCompute('multiply', from, NEAREST, x, y).value;
    case 'floatDivide':
      return VALUES.floatCompute('divide', from, NEAREST, x, y).value;
    case 'floatSquareRoot':
      return VALUES.floatSquareRoot(from, NEAREST, x).value;
    case 'floatLess':
      return VALUES.floatCompare(from, NEAREST, x, y).less;
    case 'floatEqual':
      return VALUES.floatCompare(from, NEAREST, x, y).equal;
    case 'floatConvert':
      return VALUES.floatConvert(from, NEAREST, x).value;
    case 'floatFromInteger':
      return VALUES.floatFromInteger(from, width, NEAREST, x).value;
    case 'floatToInteger':
      return VALUES.floatToInteger(from, width, NEAREST, x).value;
    case 'floatTruncate':
      return VALUES.floatToInteger(from, width, NEAREST | TOWARDS_ZERO, x).value;
  }
}

function divide(high: Operand, low: Operand, divisor: Operand): Quotient {
  return VALUES.divide(operandWidth(low.width), high.value, low.value, divisor.value);
}

function divideSigned(high: Operand, low: Operand, divisor: Operand): Quotient {
  return VALUES.divideSigned(operandWidth(low.width), high.value, low.value, divisor.value);
}

function rotateLeft(width: Width, value: bigint, count: bigint): bigint {
  const turns = count % BigInt(width);
  return BigInt.asUintN(width, (value << turns) | (value >> (BigInt(width) - turns)));
}

/** A truth value has no arithmetic of its own. */
export function operandWidth(width: Width): OperandWidth {
  assert(width !== 1, 'translator: expected an operand, got a truth value');
  return width;
}

type Quotient = { readonly quotient: bigint; readonly remainder: bigint };

const VALUES = new BigintValues();
/** MXCSR with all exceptions masked, and its RC for rounding towards zero. */
const NEAREST = 0x1f80n;
const TOWARDS_ZERO = 0x6000n;
const ABSENT: Operand = { width: 64, value: 0n };
