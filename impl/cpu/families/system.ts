// The system's own registers: descriptor tables, control registers, segment selectors, model
// specific registers, identity and time. Spec: cpu.md, "System registers" and "Outside".

import type { Algebra, SpecialRegister } from '../algebra.ts';
import type { Definition, Family, Instruction } from '../instruction.ts';
import {
  addressUse,
  effectiveAddress,
  RAX,
  RBX,
  RCX,
  RDX,
  readOperand,
  readPart,
  writeOperand,
  writePart,
} from '../operands.ts';
import { faultUnlessCanonical } from './branches.ts';

const lgdt: Definition = {
  encoding: ['0F 01 /2 M'],
  meaning(m, i) {
    loadTable(m, i, 'gdtBase', 'gdtLimit');
  },
  text: 'lgdt',
};

const lidt: Definition = {
  encoding: ['0F 01 /3 M'],
  meaning(m, i) {
    loadTable(m, i, 'idtBase', 'idtLimit');
  },
  text: 'lidt',
};

/** Takes base and limit of the task state segment, which has the interrupt stacks. */
const ltr: Definition = {
  encoding: ['0F 00 /3 Ew'],
  meaning(m, i) {
    const selector = m.zeroExtend(16, 64, readOperand(m, i.first));
    const index = m.and(64, selector, m.constant(64, INDEX_MASK));
    m.faultWhen(m.equal(64, index, m.constant(64, 0n)), '#GP');
    const low = loadDescriptor(m, selector, 0n);
    const high = loadDescriptor(m, selector, 8n);
    const upper = m.shiftLeft(64, high, m.constant(8, 32n));
    m.writeSpecial('tr', selector);
    m.writeSpecial('trBase', m.or(64, descriptorBase(m, low), upper));
    m.writeSpecial('trLimit', m.and(64, low, m.constant(64, 0xffffn)));
  },
  text: 'ltr',
};

const movFromControl: Definition = {
  encoding: ['0F 20 /r Rq Cq f64'],
  meaning(m, i) {
    const value = readOperand(m, i.second);
    writeOperand(m, i.first, value);
  },
  text: 'mov',
};

/** Long mode, protection and paging cannot be left. spec: cpu.control-registers */
const movToControl: Definition = {
  encoding: ['0F 22 /r Cq Rq f64'],
  meaning(m, i) {
    if (i.first.kind !== 'special') return;
    const value = readOperand(m, i.second);
    const [required, allowed] = CONTROL_BITS.get(i.first.name) ?? [0n, ALL_BITS];
    faultUnlessBits(m, value, required, allowed);
    writeOperand(m, i.first, value);
  },
  text: 'mov',
};

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
    const { name } = i.first;
    const selector = m.zeroExtend(16, 64, readOperand(m, i.second));
    if (name === 'fs') m.writeSpecial('fsBase', segmentBase(m, selector));
    if (name === 'gs') m.writeSpecial('gsBase', segmentBase(m, selector));
    if (name === 'ss') m.shadowInterrupts();
    m.writeSpecial(name, selector);
  },
  text: 'mov',
};

/** spec: cpu.model-specific-registers */
const rdmsr: Definition = {
  encoding: ['0F 32'],
  meaning(m) {
    const index = readPart(m, RCX, 32);
    let value = m.constant(64, 0n);
    let isKnown = m.constant(1, 0n);
    for (const { number, register } of MODEL_SPECIFIC) {
      const isThis = m.equal(32, index, m.constant(32, number));
      value = m.select(64, isThis, m.readSpecial(register), value);
      isKnown = m.or(1, isKnown, isThis);
    }
    m.faultWhen(m.not(1, isKnown), '#GP');
    writePair(m, value);
  },
  text: 'rdmsr',
};

const wrmsr: Definition = {
  encoding: ['0F 30'],
  meaning(m) {
    const index = readPart(m, RCX, 32);
    const high = m.shiftLeft(64, m.readRegister(RDX), m.constant(8, 32n));
    const value = m.or(64, high, m.zeroExtend(32, 64, readPart(m, RAX, 32)));
    let isKnown = m.constant(1, 0n);
    for (const { number, register, required, allowed } of MODEL_SPECIFIC) {
      const isThis = m.equal(32, index, m.constant(32, number));
      isKnown = m.or(1, isKnown, isThis);
      m.when(isThis, () => {
        faultUnlessBits(m, value, required, allowed);
        faultUnlessCanonical(m, value);
        m.writeSpecial(register, value);
      });
    }
    m.faultWhen(m.not(1, isKnown), '#GP');
  },
  text: 'wrmsr',
};

/** spec: cpu.identity-is-configured */
const cpuid: Definition = {
  encoding: ['0F A2'],
  meaning(m) {
    const identity = m.identify(readPart(m, RAX, 32), readPart(m, RCX, 32));
    writePart(m, RAX, 32, identity.eax);
    writePart(m, RBX, 32, identity.ebx);
    writePart(m, RCX, 32, identity.ecx);
    writePart(m, RDX, 32, identity.edx);
  },
  text: 'cpuid',
};

/** spec: cpu.time-is-asked */
const rdtsc: Definition = {
  encoding: ['0F 31'],
  meaning(m) {
    const time = m.readTimeStamp();
    writePair(m, time);
  },
  text: 'rdtsc',
};

function loadTable<V>(
  m: Algebra<V>,
  i: Instruction,
  base: SpecialRegister,
  limit: SpecialRegister,
): void {
  if (i.first.kind !== 'memory') return;
  const at = effectiveAddress(m, i.first);
  const use = addressUse(i.first);
  const limitValue = m.load(16, at, use);
  const baseValue = m.load(64, m.add(64, at, m.constant(64, 2n)), use);
  m.writeSpecial(limit, m.zeroExtend(16, 64, limitValue));
  m.writeSpecial(base, baseValue);
}

/** Eight bytes of a descriptor; a selector beyond the limit is its own error code. */
function loadDescriptor<V>(m: Algebra<V>, selector: V, offset: bigint): V {
  const index = m.and(64, selector, m.constant(64, INDEX_MASK));
  const last = m.add(64, index, m.constant(64, offset + 7n));
  const code = m.and(64, selector, m.constant(64, 0xfffcn));
  m.faultWhen(m.less(64, m.readSpecial('gdtLimit'), last), '#GP', code);
  const at = m.add(64, m.readSpecial('gdtBase'), m.add(64, index, m.constant(64, offset)));
  return m.load(64, at, 'data');
}

/** Bits 16 to 39 and 56 to 63 of a descriptor, as an address. */
function descriptorBase<V>(m: Algebra<V>, descriptor: V): V {
  const low = m.and(
    64,
    m.shiftRight(64, descriptor, m.constant(8, 16n)),
    m.constant(64, 0xff_ffffn),
  );
  const top = m.shiftRight(64, descriptor, m.constant(8, 56n));
  return m.or(64, low, m.shiftLeft(64, top, m.constant(8, 24n)));
}

/** The base that a selector loads into FS or GS; 0 for the null selector. */
function segmentBase<V>(m: Algebra<V>, selector: V): V {
  const index = m.and(64, selector, m.constant(64, INDEX_MASK));
  const isNull = m.equal(64, index, m.constant(64, 0n));
  const last = m.add(64, index, m.constant(64, 7n));
  const isBeyond = m.less(64, m.readSpecial('gdtLimit'), last);
  const code = m.and(64, selector, m.constant(64, 0xfffcn));
  m.faultWhen(m.and(1, m.not(1, isNull), isBeyond), '#GP', code);
  const at = m.add(64, m.readSpecial('gdtBase'), index);
  const zero = m.constant(64, 0n);
  // The null selector has no descriptor to load: the address read is then that of the table.
  const descriptor = m.load(64, m.select(64, isNull, zero, at), 'data');
  return m.select(64, isNull, zero, descriptorBase(m, descriptor));
}

function faultUnlessBits<V>(m: Algebra<V>, value: V, required: bigint, allowed: bigint): void {
  const zero = m.constant(64, 0n);
  const missing = m.and(64, m.not(64, value), m.constant(64, required));
  const foreign = m.and(64, value, m.constant(64, BigInt.asUintN(64, ~allowed)));
  m.faultWhen(m.not(1, m.equal(64, m.or(64, missing, foreign), zero)), '#GP');
}

/** A value of 64 bits in EDX:EAX. */
function writePair<V>(m: Algebra<V>, value: V): void {
  writePart(m, RAX, 32, m.truncate(64, 32, value));
  writePart(m, RDX, 32, m.truncate(64, 32, m.shiftRight(64, value, m.constant(8, 32n))));
}

const INDEX_MASK = 0xfff8n;
const ALL_BITS = 0xffff_ffff_ffff_ffffn;

/** What must be set and what may be set: CR0 needs PE and PG, CR4 needs PAE. */
const CONTROL_BITS: ReadonlyMap<string, readonly [required: bigint, allowed: bigint]> = new Map([
  ['cr0', [0x8000_0001n, 0xe005_003fn]],
  ['cr4', [0x20n, 0x7ffn]],
]);

type ModelSpecific = {
  readonly number: bigint;
  readonly register: SpecialRegister;
  readonly required: bigint;
  readonly allowed: bigint;
};

/** EFER keeps long mode enabled and active; the bases of FS and GS are canonical addresses. */
const MODEL_SPECIFIC: readonly ModelSpecific[] = [
  { number: 0x1bn, register: 'apicBase', required: 0n, allowed: 0xffff_ffffn },
  { number: 0xc000_0080n, register: 'efer', required: 0x500n, allowed: 0xd01n },
  { number: 0xc000_0100n, register: 'fsBase', required: 0n, allowed: ALL_BITS },
  { number: 0xc000_0101n, register: 'gsBase', required: 0n, allowed: ALL_BITS },
];

export const system: Family = {
  name: 'system',
  definitions: [
    ...[lgdt, lidt, ltr, movFromControl, movToControl, movFromSegment, movToSegment],
    ...[rdmsr, wrmsr, cpuid, rdtsc],
  ],
};
