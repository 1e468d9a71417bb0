// The privilege level and what it forbids: privileged instructions, flags that only some levels may
// change, ports. Descriptors, which have levels of their own, are in descriptors.ts.
// Spec: cpu.md, "Privilege".

import type { Algebra } from './algebra.ts';
import { bitAt, CONTROL_MASK, IF_BIT, IOPL_BIT, STATUS_FLAGS, writeStatus } from './flags.ts';

/** From 0 to 3, 64 bits wide: it stands in CS. */
export function privilegeLevel<V>(m: Algebra<V>): V {
  return m.and(64, m.readSpecial('cs'), m.constant(64, 3));
}

/** spec: cpu.privileged-instructions */
export function faultUnlessPrivileged<V>(m: Algebra<V>): void {
  m.faultWhen(m.not(1, isLevel(m, 0n)), '#GP');
}

export function isLevel<V>(m: Algebra<V>, level: bigint): V {
  return m.equal(64, privilegeLevel(m), m.constant(64, level));
}

/** CLI, STI and ports are for levels up to IOPL. spec: cpu.io-privilege */
export function isBeyondIopl<V>(m: Algebra<V>): V {
  const shifted = m.shiftRight(64, m.readSpecial('control'), m.constant(8, IOPL_BIT));
  return m.less(64, m.and(64, shifted, m.constant(64, 3)), privilegeLevel(m));
}

/** Identifying tables to a user is forbidden by UMIP of CR4. */
export function faultUnlessShown<V>(m: Algebra<V>): void {
  m.faultWhen(m.and(1, readCr4Bit(m, 11n), m.not(1, isLevel(m, 0n))), '#GP');
}

export function readCr4Bit<V>(m: Algebra<V>, bit: bigint): V {
  return bitAt(m, 64, m.readSpecial('cr4'), m.constant(8, bit));
}

/**
 * Sets RFLAGS as POPF and IRET may: those named by `mask`, but IOPL only at level 0, and IF only
 * up to IOPL.
 *
 * spec: cpu.flags-by-privilege
 */
export function writeRflags<V>(m: Algebra<V>, word: V, mask: bigint): void {
  const zero = m.constant(64, 0);
  const forLevel0 = m.select(64, isLevel(m, 0n), m.constant(64, IOPL_MASK), zero);
  const forIopl = m.select(64, isBeyondIopl(m), zero, m.constant(64, IF_MASK));
  const forAll = m.constant(64, CONTROL_MASK & ~IOPL_MASK & ~IF_MASK);
  const allowed = m.and(64, m.or(64, m.or(64, forAll, forLevel0), forIopl), m.constant(64, mask));
  const kept = m.and(64, m.readSpecial('control'), m.not(64, allowed));
  writeStatus(m, word, STATUS_FLAGS);
  m.writeSpecial('control', m.or(64, kept, m.and(64, word, allowed)));
}

/**
 * Beyond IOPL the bitmap of the task state segment must have a 0 for each byte of the access; two
 * bytes of it are read, which must lie within the limit.
 *
 * spec: cpu.io-privilege
 */
export function faultUnlessPortAllowed<V>(m: Algebra<V>, port: V, width: 8 | 16 | 32): void {
  m.when(isBeyondIopl(m), () => {
    const base = m.readSpecial('trBase');
    const limit = m.readSpecial('trLimit');
    m.faultWhen(m.less(64, limit, m.constant(64, BITMAP_BASE + 1n)), '#GP');
    const start = m.load(16, m.add(64, base, m.constant(64, BITMAP_BASE)), 'system');
    const byte = m.zeroExtend(16, 64, m.shiftRight(16, port, m.constant(8, 3)));
    const offset = m.add(64, m.zeroExtend(16, 64, start), byte);
    m.faultWhen(m.less(64, limit, m.add(64, offset, m.constant(64, 1))), '#GP');
    const bits = m.load(16, m.add(64, base, offset), 'system');
    const first = m.truncate(16, 8, m.and(16, port, m.constant(16, 7)));
    const mask = m.constant(16, (1n << BigInt(width / 8)) - 1n);
    const denied = m.and(16, m.shiftRight(16, bits, first), mask);
    m.faultWhen(m.not(1, m.equal(16, denied, m.constant(16, 0))), '#GP');
  });
}

const IOPL_MASK = 3n << BigInt(IOPL_BIT);
const IF_MASK = 1n << BigInt(IF_BIT);
/** Where the task state segment says where its bitmap begins. */
const BITMAP_BASE = 102n;
