// Counting and rearranging bits: TZCNT LZCNT POPCNT, BMI1, BMI2, ADX, CRC32 and MOVBE. Most of them
// have three operands and leave the flags alone. Spec: cpu.md, "Instructions" and "Undefined flags".

import { AF, type Algebra, CF, OF, PF, SF, ZF } from '../algebra.ts';
import { additionFlags, resultFlag, STATUS_FLAGS } from '../flags.ts';
import type { Definition, Family, Instruction, UndefinedFlags } from '../instruction.ts';
import { RDX, readOperand, readPart, writeOperand } from '../operands.ts';
import { swapBytes } from './conversions.ts';

const COUNT_FLAGS: UndefinedFlags = { always: [OF, SF, AF, PF], here: 'all four are 0' };
const RESULT_FLAGS: UndefinedFlags = {
  always: [AF, PF],
  here: 'AF is 0; PF is that of the result',
};

const tzcnt: Definition = {
  encoding: ['F3 0F BC /r Gv Ev'],
  undefinedFlags: COUNT_FLAGS,
  meaning(m, i) {
    const source = readOperand(m, i.second);
    const count = m.trailingZeros(i.width, source);
    writeCount(m, i, source, count);
  },
  text: 'tzcnt',
};

const lzcnt: Definition = {
  encoding: ['F3 0F BD /r Gv Ev'],
  undefinedFlags: COUNT_FLAGS,
  meaning(m, i) {
    const source = readOperand(m, i.second);
    const count = m.leadingZeros(i.width, source);
    writeCount(m, i, source, count);
  },
  text: 'lzcnt',
};

const popcnt: Definition = {
  encoding: ['F3 0F B8 /r Gv Ev'],
  meaning(m, i) {
    const source = readOperand(m, i.second);
    const count = m.onesCount(i.width, source);
    const isZero = m.equal(i.width, source, m.constant(i.width, 0));
    m.writeFlags(STATUS_FLAGS, (flag) => (flag === ZF ? isZero : m.constant(1, 0)));
    writeOperand(m, i.first, count);
  },
  text: 'popcnt',
};

const andn: Definition = {
  encoding: ['VEX NP 0F 38 F2 /r Gv By Ev'],
  undefinedFlags: RESULT_FLAGS,
  meaning(m, i) {
    const kept = m.not(i.width, readOperand(m, i.second));
    const result = m.and(i.width, kept, readOperand(m, i.third));
    writeResult(m, i, result, m.constant(1, 0));
  },
  text: 'andn',
};

/** From bit `start`, `length` bits: both are bytes of the third operand. */
const bextr: Definition = {
  encoding: ['VEX NP 0F 38 F7 /r Gv Ev By'],
  undefinedFlags: { always: [SF, AF, PF], here: 'AF is 0; SF and PF are those of the result' },
  meaning(m, i) {
    const source = readOperand(m, i.second);
    const control = readOperand(m, i.third);
    const start = m.truncate(i.width, 8, control);
    const length = m.truncate(i.width, 8, m.shiftRight(i.width, control, m.constant(8, 8)));
    const result = m.and(i.width, m.shiftRight(i.width, source, start), maskBelow(m, i, length));
    writeResult(m, i, result, m.constant(1, 0));
  },
  text: 'bextr',
};

const blsi: Definition = {
  encoding: ['VEX NP 0F 38 F3 /3 By Ev'],
  undefinedFlags: RESULT_FLAGS,
  meaning(m, i) {
    const source = readOperand(m, i.second);
    const zero = m.constant(i.width, 0);
    const result = m.and(i.width, source, m.subtract(i.width, zero, source));
    writeResult(m, i, result, m.not(1, m.equal(i.width, source, zero)));
  },
  text: 'blsi',
};

const blsmsk: Definition = {
  encoding: ['VEX NP 0F 38 F3 /2 By Ev'],
  undefinedFlags: RESULT_FLAGS,
  meaning(m, i) {
    const source = readOperand(m, i.second);
    const result = m.xor(i.width, source, decrement(m, i, source));
    writeResult(m, i, result, m.equal(i.width, source, m.constant(i.width, 0)));
  },
  text: 'blsmsk',
};

const blsr: Definition = {
  encoding: ['VEX NP 0F 38 F3 /1 By Ev'],
  undefinedFlags: RESULT_FLAGS,
  meaning(m, i) {
    const source = readOperand(m, i.second);
    const result = m.and(i.width, source, decrement(m, i, source));
    writeResult(m, i, result, m.equal(i.width, source, m.constant(i.width, 0)));
  },
  text: 'blsr',
};

const bzhi: Definition = {
  encoding: ['VEX NP 0F 38 F5 /r Gv Ev By'],
  undefinedFlags: RESULT_FLAGS,
  meaning(m, i) {
    const source = readOperand(m, i.second);
    const count = m.truncate(i.width, 8, readOperand(m, i.third));
    const result = m.and(i.width, source, maskBelow(m, i, count));
    writeResult(m, i, result, m.less(8, m.constant(8, i.width - 1), count));
  },
  text: 'bzhi',
};

/** Of two equal destinations the upper half stays. */
const mulx: Definition = {
  encoding: ['VEX F2 0F 38 F6 /r Gv By Ev'],
  meaning(m, i) {
    const a = readPart(m, RDX, i.width);
    const b = readOperand(m, i.third);
    const low = m.multiply(i.width, a, b);
    const high = m.multiplyHigh(i.width, a, b);
    writeOperand(m, i.second, low);
    writeOperand(m, i.first, high);
  },
  text: 'mulx',
};

/** The low bits of the source go, in order, to where the mask has ones. */
const pdep: Definition = {
  encoding: ['VEX F2 0F 38 F5 /r Gv By Ev'],
  meaning(m, i) {
    const source = readOperand(m, i.second);
    const mask = readOperand(m, i.third);
    let result = m.constant(i.width, 0);
    forEachMaskBit(m, i, mask, (position, isSet, taken) => {
      const bit = m.and(i.width, m.shiftRight(i.width, source, taken), isSet);
      result = m.or(i.width, result, m.shiftLeft(i.width, bit, position));
    });
    writeOperand(m, i.first, result);
  },
  text: 'pdep',
};

/** The bits of the source where the mask has ones come, in order, to the low end. */
const pext: Definition = {
  encoding: ['VEX F3 0F 38 F5 /r Gv By Ev'],
  meaning(m, i) {
    const source = readOperand(m, i.second);
    const mask = readOperand(m, i.third);
    let result = m.constant(i.width, 0);
    forEachMaskBit(m, i, mask, (position, isSet, taken) => {
      const bit = m.and(i.width, m.shiftRight(i.width, source, position), isSet);
      result = m.or(i.width, result, m.shiftLeft(i.width, bit, taken));
    });
    writeOperand(m, i.first, result);
  },
  text: 'pext',
};

const rorx: Definition = {
  encoding: ['VEX F2 0F 3A F0 /r Gv Ev Ib'],
  meaning(m, i) {
    const source = readOperand(m, i.second);
    const count = maskedCount(m, i);
    const rest = m.subtract(8, m.constant(8, i.width), count);
    const right = m.shiftRight(i.width, source, count);
    writeOperand(m, i.first, m.or(i.width, right, m.shiftLeft(i.width, source, rest)));
  },
  text: 'rorx',
};

const sarx: Definition = {
  encoding: ['VEX F3 0F 38 F7 /r Gv Ev By'],
  meaning(m, i) {
    const source = readOperand(m, i.second);
    writeOperand(m, i.first, m.shiftRightSigned(i.width, source, maskedCount(m, i)));
  },
  text: 'sarx',
};

const shlx: Definition = {
  encoding: ['VEX 66 0F 38 F7 /r Gv Ev By'],
  meaning(m, i) {
    const source = readOperand(m, i.second);
    writeOperand(m, i.first, m.shiftLeft(i.width, source, maskedCount(m, i)));
  },
  text: 'shlx',
};

const shrx: Definition = {
  encoding: ['VEX F2 0F 38 F7 /r Gv Ev By'],
  meaning(m, i) {
    const source = readOperand(m, i.second);
    writeOperand(m, i.first, m.shiftRight(i.width, source, maskedCount(m, i)));
  },
  text: 'shrx',
};

const adcx: Definition = {
  encoding: ['66 0F 38 F6 /r Gv Ev n16'],
  meaning(m, i) {
    addWithCarry(m, i, CF);
  },
  text: 'adcx',
};

const adox: Definition = {
  encoding: ['F3 0F 38 F6 /r Gv Ev n16'],
  meaning(m, i) {
    addWithCarry(m, i, OF);
  },
  text: 'adox',
};

const crc32: Definition = {
  encoding: ['F2 0F 38 F0 /r Gy Eb', 'F2 0F 38 F1 /r Gy Ev'],
  meaning(m, i) {
    const source = readOperand(m, i.second);
    let sum = m.truncate(i.first.width, 32, readOperand(m, i.first));
    for (let at = 0; at < i.second.width; at += 8) {
      const byte = m.shiftRight(i.second.width, source, m.constant(8, at));
      const low = m.truncate(i.second.width, 8, byte);
      sum = divideByte(m, m.xor(32, sum, m.zeroExtend(8, 32, low)));
    }
    writeOperand(m, i.first, m.zeroExtend(32, i.first.width, sum));
  },
  text: 'crc32',
};

const movbe: Definition = {
  encoding: [
    ...['NP 0F 38 F0 /r Gv Mv', '66 0F 38 F0 /r Gv Mv'],
    ...['NP 0F 38 F1 /r Mv Gv', '66 0F 38 F1 /r Mv Gv'],
  ],
  meaning(m, i) {
    const value = readOperand(m, i.second);
    writeOperand(m, i.first, swapBytes(m, i.width, value));
  },
  text: 'movbe',
};

/** CF says that there was no bit to find, ZF that the count is 0. */
function writeCount<V>(m: Algebra<V>, i: Instruction, source: V, count: V): void {
  const zero = m.constant(i.width, 0);
  const isNone = m.equal(i.width, source, zero);
  const isFirst = m.equal(i.width, count, zero);
  m.writeFlags(STATUS_FLAGS, (flag) =>
    flag === CF ? isNone : flag === ZF ? isFirst : m.constant(1, 0),
  );
  writeOperand(m, i.first, count);
}

function writeResult<V>(m: Algebra<V>, i: Instruction, result: V, carry: V): void {
  m.writeFlags(STATUS_FLAGS, (flag) =>
    flag === CF ? carry : resultFlag(m, i.width, result, flag),
  );
  writeOperand(m, i.first, result);
}

/** As many ones as `count` says, all of them from the width on. */
function maskBelow<V>(m: Algebra<V>, i: Instruction, count: V): V {
  const one = m.constant(i.width, 1);
  return m.subtract(i.width, m.shiftLeft(i.width, one, count), one);
}

function decrement<V>(m: Algebra<V>, i: Instruction, value: V): V {
  return m.subtract(i.width, value, m.constant(i.width, 1));
}

function maskedCount<V>(m: Algebra<V>, i: Instruction): V {
  const count = m.truncate(i.third.width, 8, readOperand(m, i.third));
  return m.and(8, count, m.constant(8, i.width - 1));
}

/** Each position, whether the mask has a one there, and how many ones lie below it. */
function forEachMaskBit<V>(
  m: Algebra<V>,
  i: Instruction,
  mask: V,
  body: (position: V, isSet: V, taken: V) => void,
): void {
  let taken = m.constant(8, 0);
  for (let k = 0; k < i.width; k += 1) {
    const position = m.constant(8, k);
    const isSet = m.and(i.width, m.shiftRight(i.width, mask, position), m.constant(i.width, 1));
    body(position, isSet, taken);
    taken = m.add(8, taken, m.truncate(i.width, 8, isSet));
  }
}

/** The carry goes in by one flag and comes out by the same; no other flag changes. */
function addWithCarry<V>(m: Algebra<V>, i: Instruction, carry: typeof CF | typeof OF): void {
  const a = readOperand(m, i.first);
  const b = readOperand(m, i.second);
  const more = m.zeroExtend(1, i.width, m.readFlag(carry));
  const sum = m.add(i.width, m.add(i.width, a, b), more);
  const flags = additionFlags(m, i.width, a, b, sum);
  m.writeFlags([carry], () => flags(CF));
  writeOperand(m, i.first, sum);
}

/** Eight steps of the division by the polynomial of CRC-32C, bits reflected. */
function divideByte<V>(m: Algebra<V>, dividend: V): V {
  const one = m.constant(8, 1);
  const polynomial = m.constant(32, 0x82f6_3b78n);
  let rest = dividend;
  for (let bit = 0; bit < 8; bit += 1) {
    const half = m.shiftRight(32, rest, one);
    const isOdd = m.truncate(32, 1, rest);
    rest = m.select(32, isOdd, m.xor(32, half, polynomial), half);
  }
  return rest;
}

export const bitManipulation: Family = {
  name: 'bit manipulation',
  definitions: [
    ...[tzcnt, lzcnt, popcnt, andn, bextr, blsi, blsmsk, blsr, bzhi],
    ...[mulx, pdep, pext, rorx, sarx, shlx, shrx, adcx, adox, crc32, movbe],
  ],
};
