// Addition and subtraction: ADD ADC SUB SBB CMP INC DEC NEG. Spec: cpu.md, "Instructions".

import { CF } from '../algebra.ts';
import { ALL_BUT_CARRY, additionFlags, STATUS_FLAGS, subtractionFlags } from '../flags.ts';
import type { Definition, Family } from '../instruction.ts';
import { readDestination, readOperand, writeOperand } from '../operands.ts';

const add: Definition = {
  encoding: [
    ...['00 /r Eb Gb', '01 /r Ev Gv', '02 /r Gb Eb', '03 /r Gv Ev', '04 AL Ib', '05 rAX Iz'],
    ...['80 /0 Eb Ib', '81 /0 Ev Iz', '83 /0 Ev Ibs'],
  ],
  lockable: true,
  meaning(m, i) {
    const a = readDestination(m, i.first);
    const b = readOperand(m, i.second);
    const sum = m.add(i.width, a, b);
    m.writeFlags(STATUS_FLAGS, additionFlags(m, i.width, a, b, sum));
    writeOperand(m, i.first, sum);
  },
  text: 'add',
};

const adc: Definition = {
  encoding: [
    ...['10 /r Eb Gb', '11 /r Ev Gv', '12 /r Gb Eb', '13 /r Gv Ev', '14 AL Ib', '15 rAX Iz'],
    ...['80 /2 Eb Ib', '81 /2 Ev Iz', '83 /2 Ev Ibs'],
  ],
  lockable: true,
  meaning(m, i) {
    const a = readDestination(m, i.first);
    const b = readOperand(m, i.second);
    const carry = m.zeroExtend(1, i.width, m.readFlag(CF));
    const sum = m.add(i.width, m.add(i.width, a, b), carry);
    m.writeFlags(STATUS_FLAGS, additionFlags(m, i.width, a, b, sum));
    writeOperand(m, i.first, sum);
  },
  text: 'adc',
};

const sub: Definition = {
  encoding: [
    ...['28 /r Eb Gb', '29 /r Ev Gv', '2A /r Gb Eb', '2B /r Gv Ev', '2C AL Ib', '2D rAX Iz'],
    ...['80 /5 Eb Ib', '81 /5 Ev Iz', '83 /5 Ev Ibs'],
  ],
  lockable: true,
  meaning(m, i) {
    const a = readDestination(m, i.first);
    const b = readOperand(m, i.second);
    const difference = m.subtract(i.width, a, b);
    m.writeFlags(STATUS_FLAGS, subtractionFlags(m, i.width, a, b, difference));
    writeOperand(m, i.first, difference);
  },
  text: 'sub',
};

const sbb: Definition = {
  encoding: [
    ...['18 /r Eb Gb', '19 /r Ev Gv', '1A /r Gb Eb', '1B /r Gv Ev', '1C AL Ib', '1D rAX Iz'],
    ...['80 /3 Eb Ib', '81 /3 Ev Iz', '83 /3 Ev Ibs'],
  ],
  lockable: true,
  meaning(m, i) {
    const a = readDestination(m, i.first);
    const b = readOperand(m, i.second);
    const borrow = m.zeroExtend(1, i.width, m.readFlag(CF));
    const difference = m.subtract(i.width, m.subtract(i.width, a, b), borrow);
    m.writeFlags(STATUS_FLAGS, subtractionFlags(m, i.width, a, b, difference));
    writeOperand(m, i.first, difference);
  },
  text: 'sbb',
};

const cmp: Definition = {
  encoding: [
    ...['38 /r Eb Gb', '39 /r Ev Gv', '3A /r Gb Eb', '3B /r Gv Ev', '3C AL Ib', '3D rAX Iz'],
    ...['80 /7 Eb Ib', '81 /7 Ev Iz', '83 /7 Ev Ibs'],
  ],
  meaning(m, i) {
    const a = readOperand(m, i.first);
    const b = readOperand(m, i.second);
    const difference = m.subtract(i.width, a, b);
    m.writeFlags(STATUS_FLAGS, subtractionFlags(m, i.width, a, b, difference));
  },
  text: 'cmp',
};

const inc: Definition = {
  encoding: ['FE /0 Eb', 'FF /0 Ev'],
  lockable: true,
  meaning(m, i) {
    const a = readDestination(m, i.first);
    const one = m.constant(i.width, 1);
    const sum = m.add(i.width, a, one);
    m.writeFlags(ALL_BUT_CARRY, additionFlags(m, i.width, a, one, sum));
    writeOperand(m, i.first, sum);
  },
  text: 'inc',
};

const dec: Definition = {
  encoding: ['FE /1 Eb', 'FF /1 Ev'],
  lockable: true,
  meaning(m, i) {
    const a = readDestination(m, i.first);
    const one = m.constant(i.width, 1);
    const difference = m.subtract(i.width, a, one);
    m.writeFlags(ALL_BUT_CARRY, subtractionFlags(m, i.width, a, one, difference));
    writeOperand(m, i.first, difference);
  },
  text: 'dec',
};

const neg: Definition = {
  encoding: ['F6 /3 Eb', 'F7 /3 Ev'],
  lockable: true,
  meaning(m, i) {
    const b = readDestination(m, i.first);
    const zero = m.constant(i.width, 0);
    const difference = m.subtract(i.width, zero, b);
    m.writeFlags(STATUS_FLAGS, subtractionFlags(m, i.width, zero, b, difference));
    writeOperand(m, i.first, difference);
  },
  text: 'neg',
};

export const arithmetic: Family = {
  name: 'arithmetic',
  definitions: [add, adc, sub, sbb, cmp, inc, dec, neg],
};
