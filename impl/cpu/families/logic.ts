// Bitwise logic: AND OR XOR TEST NOT. CF and OF are 0; AF, which the architecture leaves
// undefined, is 0 here. Spec: cpu.md, "Instructions" and "Undefined flags".

import { AF } from '../algebra.ts';
import { logicFlags, STATUS_FLAGS } from '../flags.ts';
import type { Definition, Family } from '../instruction.ts';
import { readDestination, readOperand, writeOperand } from '../operands.ts';

const and: Definition = {
  encoding: [
    ...['20 /r Eb Gb', '21 /r Ev Gv', '22 /r Gb Eb', '23 /r Gv Ev', '24 AL Ib', '25 rAX Iz'],
    ...['80 /4 Eb Ib', '81 /4 Ev Iz', '83 /4 Ev Ibs'],
  ],
  lockable: true,
  undefinedFlags: { always: [AF], here: 'AF is 0' },
  meaning(m, i) {
    const a = readDestination(m, i.first);
    const b = readOperand(m, i.second);
    const result = m.and(i.width, a, b);
    m.writeFlags(STATUS_FLAGS, logicFlags(m, i.width, result));
    writeOperand(m, i.first, result);
  },
  text: 'and',
};

const or: Definition = {
  encoding: [
    ...['08 /r Eb Gb', '09 /r Ev Gv', '0A /r Gb Eb', '0B /r Gv Ev', '0C AL Ib', '0D rAX Iz'],
    ...['80 /1 Eb Ib', '81 /1 Ev Iz', '83 /1 Ev Ibs'],
  ],
  lockable: true,
  undefinedFlags: { always: [AF], here: 'AF is 0' },
  meaning(m, i) {
    const a = readDestination(m, i.first);
    const b = readOperand(m, i.second);
    const result = m.or(i.width, a, b);
    m.writeFlags(STATUS_FLAGS, logicFlags(m, i.width, result));
    writeOperand(m, i.first, result);
  },
  text: 'or',
};

const xor: Definition = {
  encoding: [
    ...['30 /r Eb Gb', '31 /r Ev Gv', '32 /r Gb Eb', '33 /r Gv Ev', '34 AL Ib', '35 rAX Iz'],
    ...['80 /6 Eb Ib', '81 /6 Ev Iz', '83 /6 Ev Ibs'],
  ],
  lockable: true,
  undefinedFlags: { always: [AF], here: 'AF is 0' },
  meaning(m, i) {
    const a = readDestination(m, i.first);
    const b = readOperand(m, i.second);
    const result = m.xor(i.width, a, b);
    m.writeFlags(STATUS_FLAGS, logicFlags(m, i.width, result));
    writeOperand(m, i.first, result);
  },
  text: 'xor',
};

const test: Definition = {
  encoding: [
    ...['84 /r Eb Gb', '85 /r Ev Gv', 'A8 AL Ib', 'A9 rAX Iz'],
    ...['F6 /0 Eb Ib', 'F6 /1 Eb Ib', 'F7 /0 Ev Iz', 'F7 /1 Ev Iz'],
  ],
  undefinedFlags: { always: [AF], here: 'AF is 0' },
  meaning(m, i) {
    const a = readOperand(m, i.first);
    const b = readOperand(m, i.second);
    const result = m.and(i.width, a, b);
    m.writeFlags(STATUS_FLAGS, logicFlags(m, i.width, result));
  },
  text: 'test',
};

const not: Definition = {
  encoding: ['F6 /2 Eb', 'F7 /2 Ev'],
  lockable: true,
  meaning(m, i) {
    const a = readDestination(m, i.first);
    const result = m.not(i.width, a);
    writeOperand(m, i.first, result);
  },
  text: 'not',
};

export const logic: Family = { name: 'logic', definitions: [and, or, xor, test, not] };
