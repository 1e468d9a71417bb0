// Single bits: BT BTS BTR BTC, and the scans BSF BSR. A bit number in a register addresses a bit
// string in memory, signed and without bound; an immediate one stays within the operand.
// Spec: cpu.md, "Instructions" and "Undefined flags".

import { AF, type Algebra, CF, type Flag, OF, PF, SF, ZF } from '../algebra.ts';
import { bitAt, STATUS_FLAGS } from '../flags.ts';
import type { Definition, Family, Instruction } from '../instruction.ts';
import {
  addressUse,
  effectiveAddress,
  readDestination,
  readOperand,
  writeOperand,
} from '../operands.ts';

const bt: Definition = {
  encoding: ['0F A3 /r Ev Gv', '0F BA /4 Ev Ib'],
  undefinedFlags: { always: [OF, SF, AF, PF], here: 'all four stay' },
  meaning(m, i) {
    const bit = readBit(m, i, 'read');
    m.writeFlags(CARRY_ONLY, () => bit.value);
  },
  text: 'bt',
};

const bts: Definition = {
  encoding: ['0F AB /r Ev Gv', '0F BA /5 Ev Ib'],
  lockable: true,
  undefinedFlags: { always: [OF, SF, AF, PF], here: 'all four stay' },
  meaning(m, i) {
    const bit = readBit(m, i, 'change');
    const changed = m.or(i.width, bit.operand, bit.mask);
    m.writeFlags(CARRY_ONLY, () => bit.value);
    bit.write(changed);
  },
  text: 'bts',
};

const btr: Definition = {
  encoding: ['0F B3 /r Ev Gv', '0F BA /6 Ev Ib'],
  lockable: true,
  undefinedFlags: { always: [OF, SF, AF, PF], here: 'all four stay' },
  meaning(m, i) {
    const bit = readBit(m, i, 'change');
    const changed = m.and(i.width, bit.operand, m.not(i.width, bit.mask));
    m.writeFlags(CARRY_ONLY, () => bit.value);
    bit.write(changed);
  },
  text: 'btr',
};

const btc: Definition = {
  encoding: ['0F BB /r Ev Gv', '0F BA /7 Ev Ib'],
  lockable: true,
  undefinedFlags: { always: [OF, SF, AF, PF], here: 'all four stay' },
  meaning(m, i) {
    const bit = readBit(m, i, 'change');
    const changed = m.xor(i.width, bit.operand, bit.mask);
    m.writeFlags(CARRY_ONLY, () => bit.value);
    bit.write(changed);
  },
  text: 'btc',
};

/** For a source of 0 the destination stays. spec: cpu.undefined-results-are-fixed */
const bsf: Definition = {
  encoding: ['0F BC /r Gv Ev'],
  undefinedFlags: { always: [CF, OF, SF, AF, PF], here: 'all five are 0' },
  meaning(m, i) {
    const source = readOperand(m, i.second);
    const isZero = m.equal(i.width, source, m.constant(i.width, 0));
    const position = m.trailingZeros(i.width, source);
    m.writeFlags(STATUS_FLAGS, (flag) => (flag === ZF ? isZero : m.constant(1, 0)));
    m.when(m.not(1, isZero), () => writeOperand(m, i.first, position));
  },
  text: 'bsf',
};

const bsr: Definition = {
  encoding: ['0F BD /r Gv Ev'],
  undefinedFlags: { always: [CF, OF, SF, AF, PF], here: 'all five are 0' },
  meaning(m, i) {
    const source = readOperand(m, i.second);
    const isZero = m.equal(i.width, source, m.constant(i.width, 0));
    const zeros = m.leadingZeros(i.width, source);
    const position = m.subtract(i.width, m.constant(i.width, i.width - 1), zeros);
    m.writeFlags(STATUS_FLAGS, (flag) => (flag === ZF ? isZero : m.constant(1, 0)));
    m.when(m.not(1, isZero), () => writeOperand(m, i.first, position));
  },
  text: 'bsr',
};

/** The word that holds the bit, the bit, its mask, and the way back. */
type Bit<V> = {
  readonly operand: V;
  readonly value: V;
  readonly mask: V;
  write(changed: V): void;
};

/** spec: cpu.bit-strings */
function readBit<V>(m: Algebra<V>, i: Instruction, purpose: 'read' | 'change'): Bit<V> {
  const number = readOperand(m, i.second);
  const low = m.truncate(i.second.width, 8, number);
  const position = m.and(8, low, m.constant(8, i.width - 1));
  const mask = m.shiftLeft(i.width, m.constant(i.width, 1), position);
  const place = wordOfBit(m, i, number);
  const operand = purpose === 'read' ? place.read() : place.readToWrite();
  return { operand, value: bitAt(m, i.width, operand, position), mask, write: place.write };
}

type Place<V> = { read(): V; readToWrite(): V; write(value: V): void };

function wordOfBit<V>(m: Algebra<V>, i: Instruction, number: V): Place<V> {
  const { first } = i;
  if (first.kind !== 'memory' || i.second.kind === 'immediate') {
    return {
      read: () => readOperand(m, first),
      readToWrite: () => readDestination(m, first),
      write: (value) => writeOperand(m, first, value),
    };
  }
  const address = effectiveAddress(m, first, offsetOfWord(m, i, number));
  const use = addressUse(first);
  return {
    read: () => m.load(i.width, address, use),
    readToWrite: () => m.loadToStore(i.width, address, use),
    write: (value) => m.store(i.width, address, value, use),
  };
}

/** The bytes from the operand to the word with the bit: floor(number / width) * width / 8. */
function offsetOfWord<V>(m: Algebra<V>, i: Instruction, number: V): V {
  const signed = m.signExtend(i.width, 64, number);
  const wordShift = m.constant(8, i.width === 64 ? 6n : i.width === 32 ? 5n : 4n);
  const byteShift = m.constant(8, i.width === 64 ? 3n : i.width === 32 ? 2n : 1n);
  return m.shiftLeft(64, m.shiftRightSigned(64, signed, wordShift), byteShift);
}

const CARRY_ONLY: readonly Flag[] = [CF];

export const bits: Family = { name: 'bits', definitions: [bt, bts, btr, btc, bsf, bsr] };
