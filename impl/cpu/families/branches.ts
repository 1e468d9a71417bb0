// Branches: JMP Jcc JRCXZ LOOP CALL RET. A target that is not canonical faults at the branch,
// before anything is pushed. Spec: cpu.md, "Instructions" and "Faults".

import { type Algebra, ZF } from '../algebra.ts';
import { readCondition } from '../flags.ts';
import type { Definition, Family, Instruction } from '../instruction.ts';
import { RCX, RSP, readOperand, readPart, writePart } from '../operands.ts';
import { pushValue } from './stack.ts';

const jmp: Definition = {
  encoding: ['E9 Jz f64', 'EB Jb f64', 'FF /4 Ev f64'],
  meaning(m, i) {
    const target = readOperand(m, i.first);
    faultUnlessCanonical(m, target);
    m.jumpWhen(m.constant(1, 1), target);
  },
  text: 'jmp',
};

const jcc: Definition = {
  encoding: ['70+cc Jb f64', '0F 80+cc Jz f64'],
  meaning(m, i) {
    const target = readOperand(m, i.first);
    const condition = readCondition(m, i.condition);
    m.jumpWhen(condition, target);
  },
  text: 'j?',
};

const jrcxz: Definition = {
  encoding: ['E3 Jb f64'],
  meaning(m, i) {
    const target = readOperand(m, i.first);
    const count = readPart(m, RCX, i.addressWidth);
    m.jumpWhen(m.equal(i.addressWidth, count, m.constant(i.addressWidth, 0)), target);
  },
  text: 'jecxz|jrcxz',
};

const loop: Definition = {
  encoding: ['E2 Jb f64'],
  meaning(m, i) {
    const target = readOperand(m, i.first);
    const count = countDown(m, i);
    m.jumpWhen(isNotZero(m, i, count), target);
    writePart(m, RCX, i.addressWidth, count);
  },
  text: 'loop',
};

const loope: Definition = {
  encoding: ['E1 Jb f64'],
  meaning(m, i) {
    const target = readOperand(m, i.first);
    const count = countDown(m, i);
    m.jumpWhen(m.and(1, isNotZero(m, i, count), m.readFlag(ZF)), target);
    writePart(m, RCX, i.addressWidth, count);
  },
  text: 'loope',
};

const loopne: Definition = {
  encoding: ['E0 Jb f64'],
  meaning(m, i) {
    const target = readOperand(m, i.first);
    const count = countDown(m, i);
    m.jumpWhen(m.and(1, isNotZero(m, i, count), m.not(1, m.readFlag(ZF))), target);
    writePart(m, RCX, i.addressWidth, count);
  },
  text: 'loopne',
};

const call: Definition = {
  encoding: ['E8 Jz f64', 'FF /2 Ev f64'],
  meaning(m, i) {
    const target = readOperand(m, i.first);
    faultUnlessCanonical(m, target);
    pushValue(m, 64, m.constant(64, i.next));
    m.jumpWhen(m.constant(1, 1), target);
  },
  text: 'call',
};

const ret: Definition = {
  encoding: ['C3 f64', 'C2 Iw f64'],
  meaning(m, i) {
    const stack = m.readRegister(RSP);
    const target = m.load(64, stack, 'stack');
    faultUnlessCanonical(m, target);
    const released = i.first.kind === 'immediate' ? Number(i.first.value) : 0;
    m.jumpWhen(m.constant(1, 1), target);
    m.writeRegister(RSP, m.add(64, stack, m.constant(64, released + 8)));
  },
  text: 'ret',
};

function countDown<V>(m: Algebra<V>, i: Instruction): V {
  const count = readPart(m, RCX, i.addressWidth);
  return m.subtract(i.addressWidth, count, m.constant(i.addressWidth, 1));
}

function isNotZero<V>(m: Algebra<V>, i: Instruction, count: V): V {
  return m.not(1, m.equal(i.addressWidth, count, m.constant(i.addressWidth, 0)));
}

/**
 * Bits 63 to 47 of an address must all be the same.
 *
 * spec: cpu.canonical-branch
 */
export function faultUnlessCanonical<V>(m: Algebra<V>, target: V): void {
  const sixteen = m.constant(8, 16);
  const extended = m.shiftRightSigned(64, m.shiftLeft(64, target, sixteen), sixteen);
  m.faultWhen(m.not(1, m.equal(64, extended, target)), '#GP');
}

export const branches: Family = {
  name: 'branches',
  definitions: [jmp, jcc, jrcxz, loop, loope, loopne, call, ret],
};
