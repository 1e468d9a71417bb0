// Multiplication and division: MUL IMUL DIV IDIV. The wide number lies in AX for 8 bits, in
// rDX:rAX otherwise. SF ZF AF PF, undefined after a multiplication, are 0; division, which leaves
// all six undefined, changes none. Spec: cpu.md, "Undefined flags".

import {
  AF,
  type Algebra,
  CF,
  type Division,
  OF,
  type OperandWidth,
  PF,
  SF,
  ZF,
} from '../algebra.ts';
import { STATUS_FLAGS } from '../flags.ts';
import type { Definition, Family, Instruction } from '../instruction.ts';
import { RAX, RDX, readOperand, readPart, writeOperand, writePart } from '../operands.ts';

const mul: Definition = {
  encoding: ['F6 /4 Eb', 'F7 /4 Ev'],
  undefinedFlags: { always: [SF, ZF, AF, PF], here: 'all four are 0' },
  meaning(m, i) {
    const a = readPart(m, RAX, i.width);
    const b = readOperand(m, i.first);
    const low = m.multiply(i.width, a, b);
    const high = m.multiplyHigh(i.width, a, b);
    const isWide = m.not(1, m.equal(i.width, high, m.constant(i.width, 0)));
    writeProductFlags(m, isWide);
    writeWide(m, i.width, high, low);
  },
  text: 'mul',
};

const imulWide: Definition = {
  encoding: ['F6 /5 Eb', 'F7 /5 Ev'],
  undefinedFlags: { always: [SF, ZF, AF, PF], here: 'all four are 0' },
  meaning(m, i) {
    const a = readPart(m, RAX, i.width);
    const b = readOperand(m, i.first);
    const low = m.multiply(i.width, a, b);
    const high = m.multiplyHighSigned(i.width, a, b);
    writeProductFlags(m, isSignedWide(m, i.width, high, low));
    writeWide(m, i.width, high, low);
  },
  text: 'imul',
};

const imul: Definition = {
  encoding: ['0F AF /r Gv Ev', '69 /r Gv Ev Iz', '6B /r Gv Ev Ibs'],
  undefinedFlags: { always: [SF, ZF, AF, PF], here: 'all four are 0' },
  meaning(m, i) {
    const isPair = i.third.kind === 'absent';
    const a = readOperand(m, isPair ? i.first : i.second);
    const b = readOperand(m, isPair ? i.second : i.third);
    const low = m.multiply(i.width, a, b);
    const high = m.multiplyHighSigned(i.width, a, b);
    writeProductFlags(m, isSignedWide(m, i.width, high, low));
    writeOperand(m, i.first, low);
  },
  text: 'imul',
};

const div: Definition = {
  encoding: ['F6 /6 Eb', 'F7 /6 Ev'],
  undefinedFlags: { always: STATUS_FLAGS, here: 'all six stay' },
  meaning(m, i) {
    const [high, low] = readWide(m, i);
    const divisor = readOperand(m, i.first);
    const result = m.divide(i.width, high, low, divisor);
    writeDivision(m, i, result);
  },
  text: 'div',
};

const idiv: Definition = {
  encoding: ['F6 /7 Eb', 'F7 /7 Ev'],
  undefinedFlags: { always: STATUS_FLAGS, here: 'all six stay' },
  meaning(m, i) {
    const [high, low] = readWide(m, i);
    const divisor = readOperand(m, i.first);
    const result = m.divideSigned(i.width, high, low, divisor);
    writeDivision(m, i, result);
  },
  text: 'idiv',
};

/** CF and OF say that the product does not fit the lower half. */
function writeProductFlags<V>(m: Algebra<V>, isWide: V): void {
  m.writeFlags(STATUS_FLAGS, (flag) => (flag === CF || flag === OF ? isWide : m.constant(1, 0)));
}

function isSignedWide<V>(m: Algebra<V>, width: OperandWidth, high: V, low: V): V {
  const sign = m.shiftRightSigned(width, low, m.constant(8, width - 1));
  return m.not(1, m.equal(width, high, sign));
}

function readWide<V>(m: Algebra<V>, i: Instruction): [high: V, low: V] {
  if (i.width !== 8) return [readPart(m, RDX, i.width), readPart(m, RAX, i.width)];
  const ax = readPart(m, RAX, 16);
  return [m.truncate(16, 8, m.shiftRight(16, ax, m.constant(8, 8))), m.truncate(16, 8, ax)];
}

function writeWide<V>(m: Algebra<V>, width: OperandWidth, high: V, low: V): void {
  if (width !== 8) {
    writePart(m, RAX, width, low);
    writePart(m, RDX, width, high);
    return;
  }
  const placed = m.shiftLeft(16, m.zeroExtend(8, 16, high), m.constant(8, 8));
  writePart(m, RAX, 16, m.or(16, placed, m.zeroExtend(8, 16, low)));
}

function writeDivision<V>(m: Algebra<V>, i: Instruction, result: Division<V>): void {
  m.faultWhen(m.not(1, result.fits), '#DE');
  writeWide(m, i.width, result.remainder, result.quotient);
}

export const multiplication: Family = {
  name: 'multiplication',
  definitions: [mul, imulWide, imul, div, idiv],
};
