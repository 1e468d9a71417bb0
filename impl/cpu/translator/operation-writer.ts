// Emits one operation on expressions: its operands by way of the node writer, then the instructions
// that compute it. Results of less than 32 bits are cut to their width. Spec: cpu.md, "Meaning".

import { assert } from '../../base/assert.ts';
import { maskOf } from '../values.ts';
import { OP } from './encoder.ts';
import { floatOpcodes, takesNumbers } from './float-operations.ts';
import type { FunctionWriter } from './function-writer.ts';
import { isConstant, type Node } from './node.ts';

/** Puts operands on the stack, as bits or as numbers. */
export type OperandWriter = { write(node: Node): void; writeNumber(node: Node): void };

/** Indices of the functions for the upper half of a product of 64 bits. */
export type ProductFunctions = {
  readonly multiplyHigh: number;
  readonly multiplyHighSigned: number;
};

export class OperationWriter {
  readonly #to: FunctionWriter;
  readonly #operands: OperandWriter;
  readonly #functions: ProductFunctions;

  constructor(to: FunctionWriter, operands: OperandWriter, functions: ProductFunctions) {
    this.#to = to;
    this.#operands = operands;
    this.#functions = functions;
  }

  /** Leaves the value on the stack, a number as one. */
  compute(node: Node): void {
    const { operation, operands, width } = node;
    const [a, b, c] = operands;
    assert(a !== undefined, `translator: the value of a ${operation} is not there`);
    if (operation.startsWith('float')) this.#computeNumber(node);
    else if (b === undefined) this.#computeFromOne(node, a);
    else if (operation === 'select' && c !== undefined) {
      this.#operands.write(b);
      this.#operands.write(c);
      this.#operands.write(a);
      this.#to.op(OP.select);
    } else if (c !== undefined) this.#divide(node, a, b, c);
    else if (operation === 'equal') this.#compareEqual(a, b);
    else if (operation === 'less') {
      this.#operands.write(a);
      this.#operands.write(b);
      this.#to.op(a.width === 64 ? OP.i64LtU : OP.i32LtU);
    } else if (operation === 'lessSigned') this.#compareSigned(a, b);
    else if (operation === 'multiplyHigh' || operation === 'multiplyHighSigned') {
      this.#multiplyHigh(node, a, b);
    } else if (SHIFTS.has(operation)) this.#shift(node, a, b);
    else {
      this.#operands.write(a);
      this.#operands.write(b);
      this.#to.op(arithmeticOpcode(node));
      if (GROWING.has(operation)) this.#mask(width);
    }
  }

  #computeNumber(node: Node): void {
    for (const operand of node.operands) {
      if (takesNumbers(node)) this.#operands.writeNumber(operand);
      else this.#operands.write(operand);
    }
    this.#to.op(...floatOpcodes(node));
  }

  #computeFromOne(node: Node, a: Node): void {
    const to = this.#to;
    const { operation, width } = node;
    if (operation === 'signExtend') this.#writeSigned(a);
    else this.#operands.write(a);
    const isWide = a.width === 64;
    switch (operation) {
      case 'zeroExtend':
        if (width === 64) to.op(OP.i64ExtendI32U);
        break;
      case 'signExtend':
        if (width === 64) to.op(OP.i64ExtendI32S);
        else this.#mask(width);
        break;
      case 'truncate':
        if (isWide) to.op(OP.i32WrapI64);
        this.#mask(width);
        break;
      case 'trailingZeros':
        if (width < 32) {
          to.i32(1 << width);
          to.op(OP.i32Or);
        }
        to.op(isWide ? OP.i64Ctz : OP.i32Ctz);
        break;
      case 'leadingZeros':
        to.op(isWide ? OP.i64Clz : OP.i32Clz);
        if (width < 32) {
          to.i32(32 - width);
          to.op(OP.i32Sub);
        }
        break;
      default:
        assert(operation === 'onesCount', `translator: ${operation} of one operand`);
        to.op(isWide ? OP.i64Popcnt : OP.i32Popcnt);
    }
  }

  #compareEqual(a: Node, b: Node): void {
    this.#operands.write(a);
    const isWide = a.width === 64;
    if (isConstant(b, 0n)) {
      this.#to.op(isWide ? OP.i64Eqz : OP.i32Eqz);
      return;
    }
    this.#operands.write(b);
    this.#to.op(isWide ? OP.i64Eq : OP.i32Eq);
  }

  #compareSigned(a: Node, b: Node): void {
    if (isConstant(b, 0n) && a.width < 32) {
      this.#operands.write(a);
      this.#to.i32(a.width - 1);
      this.#to.op(OP.i32ShrU);
      return;
    }
    this.#writeSigned(a);
    this.#writeSigned(b);
    this.#to.op(a.width === 64 ? OP.i64LtS : OP.i32LtS);
  }

  /** A value as a signed number of its host type. */
  #writeSigned(node: Node): void {
    this.#operands.write(node);
    if (node.width === 8) this.#to.op(OP.i32Extend8S);
    if (node.width === 16) this.#to.op(OP.i32Extend16S);
  }

  /** A count beyond the host's width gives zeros, or copies of the sign. */
  #shift({ operation, width }: Node, a: Node, count: Node): void {
    const to = this.#to;
    const hostBits = width === 64 ? 64 : 32;
    const isBounded = count.most < BigInt(hostBits);
    const isSigned = operation === 'shiftRightSigned';
    if (isSigned) this.#writeSigned(a);
    else this.#operands.write(a);
    this.#operands.write(count);
    if (!isBounded && isSigned) {
      to.i32(hostBits - 1);
      this.#operands.write(count);
      to.i32(hostBits);
      to.op(OP.i32LtU, OP.select);
    }
    if (width === 64) to.op(OP.i64ExtendI32U);
    const [narrow, wide] = SHIFTS.get(operation) ?? [0, 0];
    to.op(width === 64 ? wide : narrow);
    if (operation !== 'shiftRight') this.#mask(width);
    if (isBounded || isSigned) return;
    if (width === 64) to.i64(0n);
    else to.i32(0);
    this.#operands.write(count);
    to.i32(hostBits);
    to.op(OP.i32LtU, OP.select);
  }

  #multiplyHigh({ operation, width }: Node, a: Node, b: Node): void {
    const to = this.#to;
    const isSigned = operation === 'multiplyHighSigned';
    if (width === 64) {
      this.#operands.write(a);
      this.#operands.write(b);
      to.call(isSigned ? this.#functions.multiplyHighSigned : this.#functions.multiplyHigh);
      return;
    }
    this.#writeExtended(a, isSigned);
    this.#writeExtended(b, isSigned);
    to.op(OP.i64Mul);
    to.i64(BigInt(width));
    to.op(OP.i64ShrU, OP.i32WrapI64);
    this.#mask(width);
  }

  /** The guards of the division have seen to it that this gives the quotient, and no trap. */
  #divide({ operation, width }: Node, high: Node, low: Node, divisor: Node): void {
    const to = this.#to;
    const isSigned = operation === 'quotientSigned' || operation === 'remainderSigned';
    this.#writeExtended(low, isSigned);
    if (!isSigned && width < 64 && !isConstant(high, 0n)) {
      this.#writeExtended(high, false);
      to.i64(BigInt(width));
      to.op(OP.i64Shl, OP.i64Or);
    }
    this.#writeExtended(divisor, isSigned);
    to.op(DIVISIONS.get(operation) ?? 0);
    if (width < 64) to.op(OP.i32WrapI64);
    this.#mask(width);
  }

  #writeExtended(node: Node, isSigned: boolean): void {
    if (isSigned) this.#writeSigned(node);
    else this.#operands.write(node);
    if (node.width < 64) this.#to.op(isSigned ? OP.i64ExtendI32S : OP.i64ExtendI32U);
  }

  /** Cuts an i32 to a width below it. */
  #mask(width: number): void {
    if (width >= 32) return;
    this.#to.i32(Number(maskOf(width === 1 ? 1 : width === 8 ? 8 : 16)));
    this.#to.op(OP.i32And);
  }
}

function arithmeticOpcode({ operation, width }: Node): number {
  const opcodes = ARITHMETIC.get(operation);
  assert(opcodes !== undefined, `translator: no opcode for ${operation}`);
  return width === 64 ? opcodes[1] : opcodes[0];
}

type Opcodes = readonly [narrow: number, wide: number];

const ARITHMETIC: ReadonlyMap<string, Opcodes> = new Map<string, Opcodes>([
  ['add', [OP.i32Add, OP.i64Add]],
  ['subtract', [OP.i32Sub, OP.i64Sub]],
  ['multiply', [OP.i32Mul, OP.i64Mul]],
  ['and', [OP.i32And, OP.i64And]],
  ['or', [OP.i32Or, OP.i64Or]],
  ['xor', [OP.i32Xor, OP.i64Xor]],
]);

const SHIFTS: ReadonlyMap<string, Opcodes> = new Map<string, Opcodes>([
  ['shiftLeft', [OP.i32Shl, OP.i64Shl]],
  ['shiftRight', [OP.i32ShrU, OP.i64ShrU]],
  ['shiftRightSigned', [OP.i32ShrS, OP.i64ShrS]],
  ['rotateLeft', [OP.i32Rotl, OP.i64Rotl]],
]);

const DIVISIONS: ReadonlyMap<string, number> = new Map<string, number>([
  ['quotient', OP.i64DivU],
  ['remainder', OP.i64RemU],
  ['quotientSigned', OP.i64DivS],
  ['remainderSigned', OP.i64RemS],
]);

/** Those that may leave bits above a width below 32. */
const GROWING: ReadonlySet<string> = new Set(['add', 'subtract', 'multiply']);
