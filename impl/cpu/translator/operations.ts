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
  | ('zeroExtend' | 'signExtend' | 'truncate');

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
const ABSENT: Operand = { width: 64, value: 0n };
