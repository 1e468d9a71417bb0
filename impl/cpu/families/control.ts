// Control of the flow that is no branch: NOP PAUSE ENDBR64 HLT INT INT3 UD2 IRETQ RETFQ.
// Spec: cpu.md, "Faults" and "Position".

import type { Algebra } from '../algebra.ts';
import { CONTROL_MASK, NT_BIT, readControlBit, writeRflags } from '../flags.ts';
import type { Definition, Family } from '../instruction.ts';
import { RSP } from '../operands.ts';
import { faultUnlessCanonical } from './branches.ts';

const nop: Definition = {
  encoding: ['90', '0F 1F /r Ev'],
  meaning() {},
  text: 'nop',
};

const pause: Definition = {
  encoding: ['F3 90'],
  meaning() {},
  text: 'pause',
};

const endbr64: Definition = {
  encoding: ['F3 0F 1E =FA'],
  meaning() {},
  text: 'endbr64',
};

const hlt: Definition = {
  encoding: ['F4'],
  meaning(m) {
    m.halt();
  },
  text: 'hlt',
};

const int3: Definition = {
  encoding: ['CC'],
  meaning(m) {
    m.interrupt(3);
  },
  text: 'int3',
};

const int: Definition = {
  encoding: ['CD Ib'],
  meaning(m, i) {
    if (i.first.kind === 'immediate') m.interrupt(Number(i.first.value));
  },
  text: 'int',
};

const ud2: Definition = {
  encoding: ['0F 0B'],
  meaning(m) {
    m.faultWhen(m.constant(1, 1n), '#UD');
  },
  text: 'ud2',
};

/**
 * Returns to the same privilege level: RIP, CS, RFLAGS, RSP and SS come from the stack.
 *
 * spec: cpu.return-from-interrupt
 */
const iretq: Definition = {
  encoding: ['REX.W CF'],
  meaning(m) {
    const target = loadFrame(m, 0n);
    const selector = loadFrame(m, 8n);
    const word = loadFrame(m, 16n);
    const stack = loadFrame(m, 24n);
    const stackSelector = loadFrame(m, 32n);
    m.faultWhen(readControlBit(m, NT_BIT), '#GP');
    faultUnlessCanonical(m, target);
    faultUnlessKernelCode(m, selector);
    writeRflags(m, word, CONTROL_MASK);
    m.jumpWhen(m.constant(1, 1n), target);
    writeSelector(m, 'cs', selector);
    writeSelector(m, 'ss', stackSelector);
    m.writeRegister(RSP, stack);
  },
  text: 'iretq',
};

const retfq: Definition = {
  encoding: ['REX.W CB'],
  meaning(m) {
    const target = loadFrame(m, 0n);
    const selector = loadFrame(m, 8n);
    faultUnlessCanonical(m, target);
    faultUnlessKernelCode(m, selector);
    m.jumpWhen(m.constant(1, 1n), target);
    writeSelector(m, 'cs', selector);
    m.writeRegister(RSP, m.add(64, m.readRegister(RSP), m.constant(64, 16n)));
  },
  text: 'retf',
};

function loadFrame<V>(m: Algebra<V>, offset: bigint): V {
  return m.load(64, m.add(64, m.readRegister(RSP), m.constant(64, offset)), 'stack');
}

/** Only privilege level 0 can be returned to; a null selector is no code segment. */
function faultUnlessKernelCode<V>(m: Algebra<V>, selector: V): void {
  const level = m.and(64, selector, m.constant(64, 3n));
  const index = m.and(64, selector, m.constant(64, 0xfffcn));
  const zero = m.constant(64, 0n);
  const isWrong = m.or(1, m.not(1, m.equal(64, level, zero)), m.equal(64, index, zero));
  m.faultWhen(isWrong, '#GP');
}

function writeSelector<V>(m: Algebra<V>, register: 'cs' | 'ss', selector: V): void {
  m.writeSpecial(register, m.and(64, selector, m.constant(64, 0xffffn)));
}

export const control: Family = {
  name: 'control',
  definitions: [nop, pause, endbr64, hlt, int3, int, ud2, iretq, retfq],
};
