// The system's own registers: control, debug and model specific registers, identity and time.
// Segments and their tables are in families of their own.
// Spec: cpu.md, "System registers" and "Outside".

import type { Algebra, SpecialRegister } from '../algebra.ts';
import type { Definition, Family } from '../instruction.ts';
import { RAX, RBX, RCX, RDX, readOperand, readPart, writeOperand, writePart } from '../operands.ts';
import { faultUnlessPrivileged, faultUnlessShown, isLevel, readCr4Bit } from '../privilege.ts';
import { faultUnlessCanonical } from './branches.ts';

const movFromControl: Definition = {
  encoding: ['0F 20 /r Rq Cq f64'],
  meaning(m, i) {
    faultUnlessPrivileged(m);
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
    faultUnlessPrivileged(m);
    const value = readOperand(m, i.second);
    const [required, allowed] = CONTROL_BITS.get(i.first.name) ?? [0n, ALL_BITS];
    faultUnlessBits(m, value, required, allowed);
    writeOperand(m, i.first, value);
  },
  text: 'mov',
};

/** CR8 is the task priority of the local APIC, and found there. */
const movFromPriority: Definition = {
  encoding: ['REX.R 0F 20 /0 Rq f64'],
  meaning(m, i) {
    faultUnlessPrivileged(m);
    const value = m.load(32, taskPriorityAddress(m), 'system');
    const level = m.and(32, m.shiftRight(32, value, m.constant(8, 4)), m.constant(32, 15));
    writeOperand(m, i.first, m.zeroExtend(32, 64, level));
  },
  text: 'mov',
};

const movToPriority: Definition = {
  encoding: ['REX.R 0F 22 /0 Rq f64'],
  meaning(m, i) {
    faultUnlessPrivileged(m);
    const level = readOperand(m, i.first);
    faultUnlessBits(m, level, 0n, 15n);
    const value = m.shiftLeft(32, m.truncate(64, 32, level), m.constant(8, 4));
    m.store(32, taskPriorityAddress(m), value, 'system');
  },
  text: 'mov',
};

const movFromDebug: Definition = {
  encoding: ['0F 21 /r Rq Dq f64'],
  meaning(m, i) {
    faultUnlessPrivileged(m);
    const value = readOperand(m, i.second);
    writeOperand(m, i.first, value);
  },
  text: 'mov',
};

/** The registers are kept; nothing ever breaks at them. */
const movToDebug: Definition = {
  encoding: ['0F 23 /r Dq Rq f64'],
  meaning(m, i) {
    if (i.first.kind !== 'special') return;
    faultUnlessPrivileged(m);
    const value = readOperand(m, i.second);
    const [fixed, kept] = DEBUG_BITS.get(i.first.name) ?? [0n, ALL_BITS];
    if (fixed !== 0n) faultUnlessBits(m, value, 0n, 0xffff_ffffn);
    const bits = m.and(64, value, m.constant(64, kept));
    writeOperand(m, i.first, m.or(64, bits, m.constant(64, fixed)));
  },
  text: 'mov',
};

/** DR4 and DR5 are other names of DR6 and DR7, unless DE of CR4 forbids them. */
const movFromAlias: Definition = {
  encoding: ['0F 21 /4 Rq Dq f64', '0F 21 /5 Rq Dq f64'],
  meaning(m, i) {
    m.faultWhen(readCr4Bit(m, 3n), '#UD');
    movFromDebug.meaning(m, i);
  },
  text: 'mov',
};

const movToAlias: Definition = {
  encoding: ['0F 23 /4 Dq Rq f64', '0F 23 /5 Dq Rq f64'],
  meaning(m, i) {
    m.faultWhen(readCr4Bit(m, 3n), '#UD');
    movToDebug.meaning(m, i);
  },
  text: 'mov',
};

const clts: Definition = {
  encoding: ['0F 06'],
  meaning(m) {
    faultUnlessPrivileged(m);
    const cr0 = m.readSpecial('cr0');
    m.writeSpecial('cr0', m.and(64, cr0, m.constant(64, ALL_BITS & ~8n)));
  },
  text: 'clts',
};

const smsw: Definition = {
  encoding: ['0F 01 /4 Mw', '0F 01 /4 Rv'],
  meaning(m, i) {
    faultUnlessShown(m);
    writeOperand(m, i.first, m.truncate(64, i.first.width, m.readSpecial('cr0')));
  },
  text: 'smsw',
};

/** MP, EM and TS of CR0; PE stays set. */
const lmsw: Definition = {
  encoding: ['0F 01 /6 Ew'],
  meaning(m, i) {
    faultUnlessPrivileged(m);
    const word = m.zeroExtend(16, 64, readOperand(m, i.first));
    const kept = m.and(64, m.readSpecial('cr0'), m.constant(64, ALL_BITS & ~14n));
    m.writeSpecial('cr0', m.or(64, kept, m.and(64, word, m.constant(64, 14))));
  },
  text: 'lmsw',
};

/** spec: cpu.model-specific-registers */
const rdmsr: Definition = {
  encoding: ['0F 32'],
  meaning(m) {
    faultUnlessPrivileged(m);
    const index = readPart(m, RCX, 32);
    let value = m.constant(64, 0);
    let isKnown = m.constant(1, 0);
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
    faultUnlessPrivileged(m);
    const index = readPart(m, RCX, 32);
    const high = m.shiftLeft(64, m.readRegister(RDX), m.constant(8, 32));
    const value = m.or(64, high, m.zeroExtend(32, 64, readPart(m, RAX, 32)));
    let isKnown = m.constant(1, 0);
    for (const { number, register, required, allowed, isAddress } of MODEL_SPECIFIC) {
      const isThis = m.equal(32, index, m.constant(32, number));
      isKnown = m.or(1, isKnown, isThis);
      m.when(isThis, () => {
        faultUnlessBits(m, value, required, allowed);
        if (isAddress === true) faultUnlessCanonical(m, value);
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
    faultUnlessTimed(m);
    const time = m.readTimeStamp();
    writePair(m, time);
  },
  text: 'rdtsc',
};

const rdtscp: Definition = {
  encoding: ['0F 01 =F9'],
  meaning(m) {
    faultUnlessTimed(m);
    const time = m.readTimeStamp();
    writePair(m, time);
    writePart(m, RCX, 32, m.truncate(64, 32, m.readSpecial('tscAux')));
  },
  text: 'rdtscp',
};

const rdpid: Definition = {
  encoding: ['F3 0F C7 /7 Rv f64'],
  meaning(m, i) {
    writeOperand(m, i.first, m.readSpecial('tscAux'));
  },
  text: 'rdpid',
};

/** TSD of CR4 keeps the time for level 0. */
function faultUnlessTimed<V>(m: Algebra<V>): void {
  m.faultWhen(m.and(1, readCr4Bit(m, 2n), m.not(1, isLevel(m, 0n))), '#GP');
}

function taskPriorityAddress<V>(m: Algebra<V>): V {
  const page = m.and(64, m.readSpecial('apicBase'), m.constant(64, 0xffff_f000n));
  return m.or(64, page, m.constant(64, 0x80n));
}

function faultUnlessBits<V>(m: Algebra<V>, value: V, required: bigint, allowed: bigint): void {
  const zero = m.constant(64, 0);
  const missing = m.and(64, m.not(64, value), m.constant(64, required));
  const foreign = m.and(64, value, m.constant(64, BigInt.asUintN(64, ~allowed)));
  m.faultWhen(m.not(1, m.equal(64, m.or(64, missing, foreign), zero)), '#GP');
}

/** A value of 64 bits in EDX:EAX. */
function writePair<V>(m: Algebra<V>, value: V): void {
  writePart(m, RAX, 32, m.truncate(64, 32, value));
  writePart(m, RDX, 32, m.truncate(64, 32, m.shiftRight(64, value, m.constant(8, 32))));
}

const ALL_BITS = 0xffff_ffff_ffff_ffffn;

/** DR6 and DR7: what is always set, and what may be written. */
const DEBUG_BITS: ReadonlyMap<string, readonly [fixed: bigint, kept: bigint]> = new Map([
  ['dr6', [0xffff_0ff0n, 0xe00fn]],
  ['dr7', [0x400n, 0xffff_03ffn]],
]);

/** What must be set and what may be set: CR0 needs PE and PG, CR4 needs PAE. */
const CONTROL_BITS: ReadonlyMap<string, readonly [required: bigint, allowed: bigint]> = new Map([
  ['cr0', [0x8000_0001n, 0xe005_003fn]],
  ['cr4', [0x20n, 0x1_0fffn]],
]);

type ModelSpecific = {
  readonly number: bigint;
  readonly register: SpecialRegister;
  readonly required: bigint;
  readonly allowed: bigint;
  /** Must be canonical. */
  readonly isAddress?: true;
};

/** EFER keeps long mode enabled and active. */
const MODEL_SPECIFIC: readonly ModelSpecific[] = [
  { number: 0x1bn, register: 'apicBase', required: 0n, allowed: 0xffff_ffffn },
  { number: 0xc000_0080n, register: 'efer', required: 0x500n, allowed: 0xd01n },
  { number: 0xc000_0081n, register: 'star', required: 0n, allowed: ALL_BITS },
  { number: 0xc000_0082n, register: 'lstar', required: 0n, allowed: ALL_BITS, isAddress: true },
  { number: 0xc000_0083n, register: 'cstar', required: 0n, allowed: ALL_BITS, isAddress: true },
  { number: 0xc000_0084n, register: 'fmask', required: 0n, allowed: 0xffff_ffffn },
  { number: 0xc000_0100n, register: 'fsBase', required: 0n, allowed: ALL_BITS, isAddress: true },
  { number: 0xc000_0101n, register: 'gsBase', required: 0n, allowed: ALL_BITS, isAddress: true },
  {
    ...{ number: 0xc000_0102n, register: 'kernelGsBase' },
    ...{ required: 0n, allowed: ALL_BITS, isAddress: true },
  },
  { number: 0xc000_0103n, register: 'tscAux', required: 0n, allowed: 0xffff_ffffn },
];

export const system: Family = {
  name: 'system',
  definitions: [
    ...[movFromControl, movToControl, movFromPriority, movToPriority, movFromDebug, movToDebug],
    ...[movFromAlias, movToAlias],
    ...[clts, smsw, lmsw, rdmsr, wrmsr, cpuid, rdtsc, rdtscp, rdpid],
  ],
};
