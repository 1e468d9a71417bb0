// Transfers of control to another code segment: far JMP, CALL and RET, IRET, and the short ways
// SYSCALL and SYSRET. Only code of 64 bits can be entered. Everything is checked before anything is
// pushed. Spec: cpu.md, "Far transfers".

import type { Algebra } from '../algebra.ts';
import {
  bitOf,
  descriptorLevel,
  dropDataSegments,
  faultUnless,
  faultUnlessStackSegment,
  fieldOf,
  isConforming,
  isLongCode,
  isNullSelector,
  loadDescriptor,
  loadLevelStack,
  requestedLevel,
} from '../descriptors.ts';
import { CONTROL_MASK, NT_BIT, readControlBit, readRflags } from '../flags.ts';
import type { Definition, Family, Instruction } from '../instruction.ts';
import { addressUse, effectiveAddress, RCX, RSP } from '../operands.ts';
import { faultUnlessPrivileged, privilegeLevel, writeRflags } from '../privilege.ts';
import { faultUnlessCanonical } from './branches.ts';

const jmp: Definition = {
  encoding: ['FF /5 M'],
  meaning(m, i) {
    const { target, selector } = readFarPointer(m, i);
    const descriptor = loadTarget(m, selector);
    const isGate = isCallGate(m, descriptor);
    m.when(isGate, () => {
      const gate = readGate(m, selector, descriptor);
      const isSame = m.equal(64, gate.level, privilegeLevel(m));
      faultUnless(m, isSame, '#GP', gate.selector);
      enter(m, gate.selector, privilegeLevel(m), gate.target);
    });
    m.when(m.not(1, isGate), () => {
      faultUnlessDirect(m, selector, descriptor);
      faultUnlessCanonical(m, target);
      enter(m, selector, privilegeLevel(m), target);
    });
  },
  text: 'jmp',
};

const call: Definition = {
  encoding: ['FF /3 M'],
  meaning(m, i) {
    const { target, selector } = readFarPointer(m, i);
    const descriptor = loadTarget(m, selector);
    const isGate = isCallGate(m, descriptor);
    m.when(isGate, () => callThroughGate(m, i, selector, descriptor));
    m.when(m.not(1, isGate), () => {
      faultUnlessDirect(m, selector, descriptor);
      faultUnlessCanonical(m, target);
      pushReturn(m, i, i.width, m.readRegister(RSP));
      enter(m, selector, privilegeLevel(m), target);
    });
  },
  text: 'call',
};

const retf: Definition = {
  encoding: ['CB', 'CA Iw'],
  meaning(m, i) {
    const released = i.first.kind === 'immediate' ? Number(i.first.value) : 0;
    const target = loadFrame(m, i, 0n);
    const selector = loadSelector(m, i, 1n);
    const level = readReturnLevel(m, selector);
    faultUnlessCanonical(m, target);
    const isOuter = m.not(1, m.equal(64, level, privilegeLevel(m)));
    const frame = m.constant(64, i.width / 4 + released);
    const above = m.add(64, m.readRegister(RSP), frame);
    m.when(m.not(1, isOuter), () => m.writeRegister(RSP, above));
    m.when(isOuter, () => returnToOuter(m, i, { released, level }));
    enter(m, selector, level, target);
  },
  text: 'retf',
};

/** spec: cpu.return-from-interrupt */
const iret: Definition = {
  encoding: ['CF'],
  meaning(m, i) {
    const target = loadFrame(m, i, 0n);
    const selector = loadSelector(m, i, 1n);
    const word = loadFrame(m, i, 2n);
    const stack = loadFrame(m, i, 3n);
    const stackSelector = loadSelector(m, i, 4n);
    m.faultWhen(readControlBit(m, NT_BIT), '#GP');
    const level = readReturnLevel(m, selector);
    faultUnlessCanonical(m, target);
    faultUnlessStackSegment(m, stackSelector, level);
    const isOuter = m.not(1, m.equal(64, level, privilegeLevel(m)));
    writeRflags(m, word, i.width === 16 ? CONTROL_MASK & 0xffffn : CONTROL_MASK);
    m.when(isOuter, () => dropDataSegments(m, level));
    m.writeSpecial('ss', stackSelector);
    m.writeRegister(RSP, stack);
    enter(m, selector, level, target);
  },
  text: 'iret|iretd|iretq',
};

/** spec: cpu.system-calls */
const syscall: Definition = {
  encoding: ['0F 05'],
  meaning(m, i) {
    faultUnlessEnabled(m);
    const word = readRflags(m);
    const selector = m.and(64, starField(m, 32n), m.constant(64, 0xfffcn));
    const stackSelector = m.add(64, selector, m.constant(64, 8));
    const target = m.readSpecial('lstar');
    const flags = m.and(64, word, m.not(64, m.readSpecial('fmask')));
    m.writeRegister(RCX, m.constant(64, i.next));
    m.writeRegister(R11, word);
    m.writeSpecial('ss', m.and(64, stackSelector, m.constant(64, 0xffffn)));
    enter(m, selector, m.constant(64, 0), target);
    writeRflags(m, flags, CONTROL_MASK);
  },
  text: 'syscall',
};

/** Returns to 64-bit code at level 3; without REX.W, to code of 32 bits, it is not there. */
const sysret: Definition = {
  encoding: ['REX.W 0F 07'],
  meaning(m) {
    faultUnlessEnabled(m);
    faultUnlessPrivileged(m);
    const target = m.readRegister(RCX);
    faultUnlessCanonical(m, target);
    const word = m.readRegister(R11);
    const base = starField(m, 48n);
    const user = m.constant(64, 3);
    const selector = m.or(64, m.add(64, base, m.constant(64, 16)), user);
    const stackSelector = m.or(64, m.add(64, base, m.constant(64, 8)), user);
    writeRflags(m, word, CONTROL_MASK);
    m.writeSpecial('ss', m.and(64, stackSelector, m.constant(64, 0xffffn)));
    enter(m, m.and(64, selector, m.constant(64, 0xffffn)), user, target);
  },
  text: 'sysretq',
};

/** A far pointer in memory: the offset, and behind it the selector. */
function readFarPointer<V>(m: Algebra<V>, i: Instruction): { target: V; selector: V } {
  if (i.first.kind !== 'memory') return { target: m.constant(64, 0), selector: m.constant(64, 0) };
  const address = effectiveAddress(m, i.first);
  const above = m.add(64, address, m.constant(64, i.width / 8));
  const use = addressUse(i.first);
  const target = m.zeroExtend(i.width, 64, m.load(i.width, address, use));
  return { target, selector: m.zeroExtend(16, 64, m.load(16, above, use)) };
}

function loadTarget<V>(m: Algebra<V>, selector: V): V {
  m.faultWhen(isNullSelector(m, selector), '#GP');
  return loadDescriptor(m, selector);
}

/**
 * Code that can be entered without a gate: of this very level, or conforming from below.
 *
 * spec: cpu.far-transfers
 */
function faultUnlessDirect<V>(m: Algebra<V>, selector: V, descriptor: V): void {
  const current = privilegeLevel(m);
  const level = descriptorLevel(m, descriptor);
  const isBeyond = m.less(64, current, requestedLevel(m, selector));
  const isSame = m.and(1, m.equal(64, level, current), m.not(1, isBeyond));
  const isBelow = m.and(1, isConforming(m, descriptor), m.not(1, m.less(64, current, level)));
  faultUnless(m, isLongCode(m, descriptor), '#GP', selector);
  faultUnless(m, m.or(1, isSame, isBelow), '#GP', selector);
  faultUnless(m, bitOf(m, descriptor, 47n), '#NP', selector);
}

function isCallGate<V>(m: Algebra<V>, descriptor: V): V {
  return m.equal(64, fieldOf(m, descriptor, 40n, 5n), m.constant(64, 12));
}

type Gate<V> = {
  readonly target: V;
  readonly selector: V;
  /** The level at which its code would run: its own, or the current one where it conforms. */
  readonly level: V;
};

/** A call gate has 16 bytes; the selector and the code that it names are checked. */
function readGate<V>(m: Algebra<V>, selector: V, low: V): Gate<V> {
  const level = descriptorLevel(m, low);
  const isTooHigh = m.or(
    1,
    m.less(64, level, privilegeLevel(m)),
    m.less(64, level, requestedLevel(m, selector)),
  );
  faultUnless(m, m.not(1, isTooHigh), '#GP', selector);
  faultUnless(m, bitOf(m, low, 47n), '#NP', selector);
  const high = loadDescriptor(m, selector, 'high');
  const type = fieldOf(m, high, 40n, 5n);
  faultUnless(m, m.equal(64, type, m.constant(64, 0)), '#GP', selector);
  const code = fieldOf(m, low, 16n, 16n);
  const middle = m.shiftLeft(64, fieldOf(m, low, 48n, 16n), m.constant(8, 16));
  const upper = m.shiftLeft(64, high, m.constant(8, 32));
  const target = m.or(64, m.or(64, fieldOf(m, low, 0n, 16n), middle), upper);
  const descriptor = loadTarget(m, code);
  const codeLevel = descriptorLevel(m, descriptor);
  const isInner = m.not(1, m.less(64, privilegeLevel(m), codeLevel));
  faultUnless(m, m.and(1, isLongCode(m, descriptor), isInner), '#GP', code);
  faultUnless(m, bitOf(m, descriptor, 47n), '#NP', code);
  faultUnlessCanonical(m, target);
  const stays = isConforming(m, descriptor);
  return { target, selector: code, level: m.select(64, stays, privilegeLevel(m), codeLevel) };
}

/** To an inner level the call goes on the stack that the task state segment has for it. */
function callThroughGate<V>(m: Algebra<V>, i: Instruction, selector: V, low: V): void {
  const gate = readGate(m, selector, low);
  const isSame = m.equal(64, gate.level, privilegeLevel(m));
  m.when(isSame, () => pushReturn(m, i, 64, m.readRegister(RSP)));
  m.when(m.not(1, isSame), () => {
    const stack = loadLevelStack(m, gate.level);
    const old = m.readRegister(RSP);
    const below = m.subtract(64, stack, m.constant(64, 16));
    m.probe(32, m.subtract(64, stack, m.constant(64, 32)), 'stack', 'store');
    m.store(64, m.subtract(64, stack, m.constant(64, 8)), m.readSpecial('ss'), 'stack');
    m.store(64, below, old, 'stack');
    pushReturn(m, i, 64, below);
    m.writeSpecial('ss', gate.level);
  });
  enter(m, gate.selector, gate.level, gate.target);
}

/** Pushes CS and the address of the next instruction below `stack`. */
function pushReturn<V>(m: Algebra<V>, i: Instruction, width: Instruction['width'], stack: V): void {
  const size = BigInt(width / 8);
  const low = m.subtract(64, stack, m.constant(64, 2n * size));
  const high = m.subtract(64, stack, m.constant(64, size));
  m.probe(width / 8, low, 'stack', 'store');
  m.probe(width / 8, high, 'stack', 'store');
  m.store(width, high, m.truncate(64, width, m.readSpecial('cs')), 'stack');
  m.store(width, low, m.truncate(64, width, m.constant(64, i.next)), 'stack');
  m.writeRegister(RSP, low);
}

function loadFrame<V>(m: Algebra<V>, i: Instruction, word: bigint): V {
  return loadAbove(m, i, word * BigInt(i.width / 8));
}

function loadAbove<V>(m: Algebra<V>, i: Instruction, offset: bigint): V {
  const address = m.add(64, m.readRegister(RSP), m.constant(64, offset));
  return m.zeroExtend(i.width, 64, m.load(i.width, address, 'stack'));
}

function loadSelector<V>(m: Algebra<V>, i: Instruction, word: bigint): V {
  return m.and(64, loadFrame(m, i, word), m.constant(64, 0xffffn));
}

/** The level that the selector of a return asks for, which its code must have. */
function readReturnLevel<V>(m: Algebra<V>, selector: V): V {
  const descriptor = loadTarget(m, selector);
  const level = requestedLevel(m, selector);
  const own = descriptorLevel(m, descriptor);
  const isInner = m.less(64, level, privilegeLevel(m));
  const fits = m.select(
    1,
    isConforming(m, descriptor),
    m.not(1, m.less(64, level, own)),
    m.equal(64, level, own),
  );
  faultUnless(m, isLongCode(m, descriptor), '#GP', selector);
  faultUnless(m, m.and(1, fits, m.not(1, isInner)), '#GP', selector);
  faultUnless(m, bitOf(m, descriptor, 47n), '#NP', selector);
  return level;
}

/** RSP and SS of the outer level lie above what is released. */
function returnToOuter<V>(
  m: Algebra<V>,
  i: Instruction,
  { released, level }: { released: number; level: V },
): void {
  const size = BigInt(i.width / 8);
  const stack = loadAbove(m, i, 2n * size + BigInt(released));
  const word = loadAbove(m, i, 3n * size + BigInt(released));
  const stackSelector = m.and(64, word, m.constant(64, 0xffffn));
  faultUnlessStackSegment(m, stackSelector, level);
  dropDataSegments(m, level);
  m.writeSpecial('ss', stackSelector);
  m.writeRegister(RSP, m.add(64, stack, m.constant(64, released)));
}

/** Goes on at the target with the selector, at the level. */
function enter<V>(m: Algebra<V>, selector: V, level: V, target: V): void {
  const bare = m.and(64, selector, m.constant(64, 0xfffcn));
  m.jumpWhen(m.constant(1, 1), target);
  m.writeSpecial('cs', m.or(64, bare, level));
}

/** SCE of EFER. */
function faultUnlessEnabled<V>(m: Algebra<V>): void {
  m.faultWhen(m.not(1, bitOf(m, m.readSpecial('efer'), 0n)), '#UD');
}

function starField<V>(m: Algebra<V>, at: bigint): V {
  return fieldOf(m, m.readSpecial('star'), at, 16n);
}

const R11 = 11;

export const farTransfers: Family = {
  name: 'far transfers',
  definitions: [jmp, call, retf, iret, syscall, sysret],
};
