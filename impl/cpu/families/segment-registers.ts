// Segment registers and the bases of FS and GS: MOV, PUSH, POP, LSS LFS LGS, RDFSBASE and its kin,
// SWAPGS. Spec: cpu.md, "Descriptors".

import type { Algebra } from '../algebra.ts';
import { faultUnlessStackSegment, loadDataSegment } from '../descriptors.ts';
import type { Definition, Family, Instruction, SpecialOperand } from '../instruction.ts';
import { addressUse, effectiveAddress, RSP, readOperand, writeOperand } from '../operands.ts';
import { faultUnlessPrivileged, privilegeLevel, readCr4Bit } from '../privilege.ts';
import { faultUnlessCanonical } from './branches.ts';
import { pushValue } from './stack.ts';

const movFromSegment: Definition = {
  encoding: ['8C /r Mw Sw', '8C /r Rv Sw'],
  meaning(m, i) {
    const selector = m.zeroExtend(16, 64, readOperand(m, i.second));
    writeOperand(m, i.first, m.truncate(64, i.first.width, selector));
  },
  text: 'mov',
};

/** A load of SS holds interrupts back until the next instruction has been executed. */
const movToSegment: Definition = {
  encoding: ['8E /r Sw Ew'],
  meaning(m, i) {
    if (i.first.kind !== 'special') return;
    const selector = m.zeroExtend(16, 64, readOperand(m, i.second));
    loadSegment(m, i.first.name, selector);
    if (i.first.name === 'ss') m.shadowInterrupts();
  },
  text: 'mov',
};

const push: Definition = {
  encoding: ['0F A0 FS d64', '0F A8 GS d64'],
  meaning(m, i) {
    const selector = m.zeroExtend(16, 64, readOperand(m, i.first));
    pushValue(m, i.width, m.truncate(64, i.width, selector));
  },
  text: 'push',
};

const pop: Definition = {
  encoding: ['0F A1 FS d64', '0F A9 GS d64'],
  meaning(m, i) {
    if (i.first.kind !== 'special') return;
    const stack = m.readRegister(RSP);
    const word = m.zeroExtend(i.width, 64, m.load(i.width, stack, 'stack'));
    loadSegment(m, i.first.name, m.and(64, word, m.constant(64, 0xffffn)));
    m.writeRegister(RSP, m.add(64, stack, m.constant(64, i.width / 8)));
  },
  text: 'pop',
};

const lss: Definition = {
  encoding: ['0F B2 /r Gv M'],
  meaning(m, i) {
    loadFarPointer(m, i, 'ss');
  },
  text: 'lss',
};

const lfs: Definition = {
  encoding: ['0F B4 /r Gv M'],
  meaning(m, i) {
    loadFarPointer(m, i, 'fs');
  },
  text: 'lfs',
};

const lgs: Definition = {
  encoding: ['0F B5 /r Gv M'],
  meaning(m, i) {
    loadFarPointer(m, i, 'gs');
  },
  text: 'lgs',
};

const rdfsbase: Definition = {
  encoding: ['F3 0F AE /0 Rv n16'],
  meaning(m, i) {
    readBase(m, i, 'fsBase');
  },
  text: 'rdfsbase',
};

const rdgsbase: Definition = {
  encoding: ['F3 0F AE /1 Rv n16'],
  meaning(m, i) {
    readBase(m, i, 'gsBase');
  },
  text: 'rdgsbase',
};

const wrfsbase: Definition = {
  encoding: ['F3 0F AE /2 Rv n16'],
  meaning(m, i) {
    writeBase(m, i, 'fsBase');
  },
  text: 'wrfsbase',
};

const wrgsbase: Definition = {
  encoding: ['F3 0F AE /3 Rv n16'],
  meaning(m, i) {
    writeBase(m, i, 'gsBase');
  },
  text: 'wrgsbase',
};

const swapgs: Definition = {
  encoding: ['0F 01 =F8'],
  meaning(m) {
    faultUnlessPrivileged(m);
    const current = m.readSpecial('gsBase');
    const other = m.readSpecial('kernelGsBase');
    m.writeSpecial('gsBase', other);
    m.writeSpecial('kernelGsBase', current);
  },
  text: 'swapgs',
};

function loadSegment<V>(m: Algebra<V>, name: SpecialOperand['name'], selector: V): void {
  if (name === 'ss') {
    faultUnlessStackSegment(m, selector, privilegeLevel(m));
    m.writeSpecial('ss', selector);
  } else if (name === 'es' || name === 'ds' || name === 'fs' || name === 'gs') {
    loadDataSegment(m, name, selector);
  }
}

function loadFarPointer<V>(m: Algebra<V>, i: Instruction, name: 'ss' | 'fs' | 'gs'): void {
  if (i.second.kind !== 'memory') return;
  const address = effectiveAddress(m, i.second);
  const use = addressUse(i.second);
  const offset = m.load(i.width, address, use);
  const above = m.add(64, address, m.constant(64, i.width / 8));
  loadSegment(m, name, m.zeroExtend(16, 64, m.load(16, above, use)));
  writeOperand(m, i.first, offset);
}

function readBase<V>(m: Algebra<V>, i: Instruction, base: 'fsBase' | 'gsBase'): void {
  faultUnlessEnabled(m);
  const value = m.readSpecial(base);
  writeOperand(m, i.first, m.truncate(64, i.width, value));
}

function writeBase<V>(m: Algebra<V>, i: Instruction, base: 'fsBase' | 'gsBase'): void {
  faultUnlessEnabled(m);
  const value = m.zeroExtend(i.width, 64, readOperand(m, i.first));
  faultUnlessCanonical(m, value);
  m.writeSpecial(base, value);
}

/** FSGSBASE of CR4. */
function faultUnlessEnabled<V>(m: Algebra<V>): void {
  m.faultWhen(m.not(1, readCr4Bit(m, 16n)), '#UD');
}

export const segmentRegisters: Family = {
  name: 'segment registers',
  definitions: [
    ...[movFromSegment, movToSegment, push, pop, lss, lfs, lgs],
    ...[rdfsbase, rdgsbase, wrfsbase, wrgsbase, swapgs],
  ],
};
