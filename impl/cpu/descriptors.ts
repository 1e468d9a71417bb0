// Segment descriptors: found by a selector in one of the two tables, taken apart, checked, and
// loaded into the data segment registers. Transfers of control that use them are in
// families/far-transfers.ts. Spec: cpu.md, "Descriptors".

import type { Algebra } from './algebra.ts';
import type { ExceptionName } from './exception.ts';
import { privilegeLevel } from './privilege.ts';

/** A selector without its requested level. */
export function isNullSelector<V>(m: Algebra<V>, selector: V): V {
  return m.equal(64, errorCodeOf(m, selector), m.constant(64, 0));
}

/** The error code that names a selector. */
export function errorCodeOf<V>(m: Algebra<V>, selector: V): V {
  return m.and(64, selector, m.constant(64, 0xfffcn));
}

export function requestedLevel<V>(m: Algebra<V>, selector: V): V {
  return m.and(64, selector, m.constant(64, 3));
}

/** The address of eight bytes of a descriptor, and whether they lie within the table. */
export function findDescriptor<V>(
  m: Algebra<V>,
  selector: V,
  offset: bigint,
): { readonly address: V; readonly isWithin: V } {
  const isLocal = m.truncate(64, 1, m.shiftRight(64, selector, m.constant(8, 2)));
  const base = m.select(64, isLocal, m.readSpecial('ldtBase'), m.readSpecial('gdtBase'));
  const limit = m.select(64, isLocal, m.readSpecial('ldtLimit'), m.readSpecial('gdtLimit'));
  const index = m.and(64, selector, m.constant(64, 0xfff8n));
  const last = m.add(64, index, m.constant(64, offset + 7n));
  const address = m.add(64, base, m.add(64, index, m.constant(64, offset)));
  return { address, isWithin: m.not(1, m.less(64, limit, last)) };
}

/** Eight bytes of a descriptor; a selector beyond its table is the error code. */
export function loadDescriptor<V>(m: Algebra<V>, selector: V, part: 'low' | 'high' = 'low'): V {
  const found = findDescriptor(m, selector, part === 'low' ? 0n : 8n);
  m.faultWhen(m.not(1, found.isWithin), '#GP', errorCodeOf(m, selector));
  return m.load(64, found.address, 'system');
}

export function fieldOf<V>(m: Algebra<V>, descriptor: V, at: bigint, bits: bigint): V {
  const shifted = m.shiftRight(64, descriptor, m.constant(8, at));
  return m.and(64, shifted, m.constant(64, (1n << bits) - 1n));
}

export function bitOf<V>(m: Algebra<V>, descriptor: V, at: bigint): V {
  return m.truncate(64, 1, m.shiftRight(64, descriptor, m.constant(8, at)));
}

export function descriptorLevel<V>(m: Algebra<V>, descriptor: V): V {
  return fieldOf(m, descriptor, 45n, 2n);
}

export function isCode<V>(m: Algebra<V>, descriptor: V): V {
  return m.equal(64, fieldOf(m, descriptor, 43n, 2n), m.constant(64, 3));
}

export function isConforming<V>(m: Algebra<V>, descriptor: V): V {
  return m.and(1, isCode(m, descriptor), bitOf(m, descriptor, 42n));
}

/** Code of 64 bits: L is set and D is not. */
export function isLongCode<V>(m: Algebra<V>, descriptor: V): V {
  const isLong = m.equal(64, fieldOf(m, descriptor, 53n, 2n), m.constant(64, 1));
  return m.and(1, isCode(m, descriptor), isLong);
}

export function isWritableData<V>(m: Algebra<V>, descriptor: V): V {
  const kind = m.and(64, descriptor, m.constant(64, 0x1a00_0000_0000n));
  return m.equal(64, kind, m.constant(64, 0x1200_0000_0000n));
}

/** Data, or code that may be read. */
export function isReadable<V>(m: Algebra<V>, descriptor: V): V {
  const isData = m.equal(64, fieldOf(m, descriptor, 43n, 2n), m.constant(64, 2));
  return m.or(1, isData, m.and(1, isCode(m, descriptor), bitOf(m, descriptor, 41n)));
}

/** Bits 16 to 39 and 56 to 63 of a descriptor, as an address. */
export function descriptorBase<V>(m: Algebra<V>, descriptor: V): V {
  const top = m.shiftLeft(64, fieldOf(m, descriptor, 56n, 8n), m.constant(8, 24));
  return m.or(64, fieldOf(m, descriptor, 16n, 24n), top);
}

/** In bytes: bits 0 to 15 and 48 to 51, in pages where bit 55 is set. */
export function descriptorLimit<V>(m: Algebra<V>, descriptor: V): V {
  const top = m.shiftLeft(64, fieldOf(m, descriptor, 48n, 4n), m.constant(8, 16));
  const limit = m.or(64, fieldOf(m, descriptor, 0n, 16n), top);
  const pages = m.or(64, m.shiftLeft(64, limit, m.constant(8, 12)), m.constant(64, 0xfffn));
  return m.select(64, bitOf(m, descriptor, 55n), pages, limit);
}

/** Faults with the selector as error code. */
export function faultUnless<V>(
  m: Algebra<V>,
  condition: V,
  exception: ExceptionName,
  selector: V,
): void {
  m.faultWhen(m.not(1, condition), exception, errorCodeOf(m, selector));
}

export type DataSegment = 'es' | 'ds' | 'fs' | 'gs';

/**
 * Checks a selector and loads it; FS and GS take their base too, 0 for the null selector.
 *
 * spec: cpu.segment-loads
 */
export function loadDataSegment<V>(m: Algebra<V>, name: DataSegment, selector: V): void {
  const isNull = isNullSelector(m, selector);
  m.when(isNull, () => writeDataSegment(m, name, selector, nullDescriptor(m)));
  m.when(m.not(1, isNull), () => {
    const descriptor = loadDescriptor(m, selector);
    faultUnless(m, isReadable(m, descriptor), '#GP', selector);
    const level = descriptorLevel(m, descriptor);
    const isTooHigh = m.or(
      1,
      m.less(64, level, requestedLevel(m, selector)),
      m.less(64, level, privilegeLevel(m)),
    );
    const isForAll = isConforming(m, descriptor);
    faultUnless(m, m.or(1, isForAll, m.not(1, isTooHigh)), '#GP', selector);
    faultUnless(m, bitOf(m, descriptor, 47n), '#NP', selector);
    writeDataSegment(m, name, selector, descriptor);
  });
}

/** A descriptor that every level may keep, with base 0. */
function nullDescriptor<V>(m: Algebra<V>): V {
  return m.constant(64, 3n << 45n);
}

function writeDataSegment<V>(m: Algebra<V>, name: DataSegment, selector: V, descriptor: V): void {
  const at = BigInt(2 * DATA_SEGMENTS.indexOf(name));
  const all = m.constant(64, 3);
  const level = m.select(64, isConforming(m, descriptor), all, descriptorLevel(m, descriptor));
  const others = m.constant(64, BigInt.asUintN(64, ~(3n << at)));
  const kept = m.and(64, m.readSpecial('dataLevels'), others);
  if (name === 'fs') m.writeSpecial('fsBase', descriptorBase(m, descriptor));
  if (name === 'gs') m.writeSpecial('gsBase', descriptorBase(m, descriptor));
  m.writeSpecial('dataLevels', m.or(64, kept, m.shiftLeft(64, level, m.constant(8, at))));
  m.writeSpecial(name, selector);
}

/**
 * A stack segment for a privilege level: null below level 3, or writable data of that very level.
 *
 * spec: cpu.segment-loads
 */
export function faultUnlessStackSegment<V>(m: Algebra<V>, selector: V, level: V): void {
  const isNull = isNullSelector(m, selector);
  const isRequested = m.equal(64, requestedLevel(m, selector), level);
  const isUser = m.equal(64, level, m.constant(64, 3));
  m.faultWhen(m.and(1, isNull, isUser), '#GP');
  faultUnless(m, isRequested, '#GP', selector);
  m.when(m.not(1, isNull), () => {
    const descriptor = loadDescriptor(m, selector);
    const isLevelRight = m.equal(64, descriptorLevel(m, descriptor), level);
    faultUnless(m, m.and(1, isWritableData(m, descriptor), isLevelRight), '#GP', selector);
    faultUnless(m, bitOf(m, descriptor, 47n), '#SS', selector);
  });
}

/**
 * Data segments that a level may not have become null when it is entered from a lower one.
 *
 * spec: cpu.outer-data-segments
 */
export function dropDataSegments<V>(m: Algebra<V>, level: V): void {
  DATA_SEGMENTS.forEach((name, k) => {
    const allowed = fieldOf(m, m.readSpecial('dataLevels'), BigInt(2 * k), 2n);
    m.when(m.less(64, allowed, level), () => m.writeSpecial(name, m.constant(64, 0)));
  });
}

/** The order of the levels in `dataLevels`, two bits each. */
const DATA_SEGMENTS: readonly DataSegment[] = ['es', 'ds', 'fs', 'gs'];

/** Where the task state segment has the stack pointer of a privilege level. */
export function loadLevelStack<V>(m: Algebra<V>, level: V): V {
  const offset = m.add(64, m.shiftLeft(64, level, m.constant(8, 3)), m.constant(64, 4));
  const last = m.add(64, offset, m.constant(64, 7));
  faultUnless(m, m.not(1, m.less(64, m.readSpecial('trLimit'), last)), '#TS', m.readSpecial('tr'));
  return m.load(64, m.add(64, m.readSpecial('trBase'), offset), 'system');
}
