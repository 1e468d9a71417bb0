// MXCSR, the control and status of floating point: its bits, and how an instruction leaves its
// exceptions there. Spec: cpu.md, "Floating point".
//
//   15   14..13  12 11 10  9  8  7   6    5  4  3  2  1  0
//   FTZ    RC    PM UM OM ZM DM IM  DAZ  PE UE OE ZE DE IE

import type { Algebra } from './algebra.ts';

/** The bits that exist; all others are 0. */
export const MXCSR_MASK = 0xffffn;

/** Exceptions: invalid, denormal operand, division by zero, overflow, underflow, precision. */
export const IE = 1n;
export const DE = 2n;
export const ZE = 4n;
export const OE = 8n;
export const UE = 16n;
export const PE = 32n;

/** Denormal operands are zeros. */
export const DAZ = 0x40n;
export const OVERFLOW_MASKED = 0x400n;
export const UNDERFLOW_MASKED = 0x800n;
/** Results that are too small are zeros. */
export const FTZ = 0x8000n;

/** Rounding to the nearest, down, up, towards zero. */
export type Rounding = 0 | 1 | 2 | 3;

export function roundingOf(control: bigint): Rounding {
  return ROUNDINGS[Number((control >> 13n) & 3n)] ?? 0;
}

/** MXCSR as the control of an operation, 32 bits wide. */
export function readControl<V>(m: Algebra<V>): V {
  return m.truncate(64, 32, m.readSpecial('mxcsr'));
}

/** The same, but rounding towards zero. */
export function readTruncatingControl<V>(m: Algebra<V>): V {
  return m.or(32, readControl(m), m.constant(32, 0x6000));
}

/**
 * Leaves exceptions, 8 bits wide, in the flags of MXCSR and faults when one of them is unmasked.
 * Those of the operands come first: while one of them is unmasked, the result's do not come up.
 *
 * spec: cpu.float-exceptions, cpu.float-fault
 */
export function accrue<V>(m: Algebra<V>, exceptions: V): void {
  const control = readControl(m);
  const raised = m.zeroExtend(8, 32, exceptions);
  const masks = m.shiftRight(32, control, m.constant(8, 7));
  const zero = m.constant(32, 0);
  const unmasked = m.and(32, raised, m.not(32, masks));
  const early = m.and(32, unmasked, m.constant(32, EARLY));
  const earlyOnly = m.and(32, raised, m.constant(32, EARLY));
  const isLate = m.equal(32, early, zero);
  const flags = m.select(32, isLate, raised, earlyOnly);
  const isFault = m.not(1, m.equal(32, unmasked, zero));
  m.writeSpecial('mxcsr', m.zeroExtend(32, 64, m.or(32, control, flags)));
  const hasHandler = m.truncate(64, 1, m.shiftRight(64, m.readSpecial('cr4'), m.constant(8, 10)));
  m.faultWhen(m.and(1, isFault, hasHandler), '#XM');
  m.faultWhen(isFault, '#UD');
}

/** What an operand offends by, before there is a result. */
const EARLY = Number(IE | DE | ZE);

const ROUNDINGS: readonly Rounding[] = [0, 1, 2, 3];
