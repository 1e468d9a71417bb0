// Operands of SSE instructions: XMM registers whole and in part, 128 bits of memory as two halves,
// and what an instruction needs before it may touch them. Spec: cpu.md, "XMM registers".

import type { AddressUse, Algebra, OperandWidth } from './algebra.ts';
import type { Instruction, MemoryOperand, Operand } from './instruction.ts';
import { addressUse, effectiveAddress, writeXmmPart } from './operands.ts';

/** 128 bits. */
export type Halves<V> = readonly [low: V, high: V];

/**
 * #UD when CR0 says that there is no SSE or CR4 that the system does not save its registers; #NM
 * when CR0 says that another task's values are in them.
 *
 * spec: cpu.sse-enabled
 */
export function requireSse<V>(m: Algebra<V>): void {
  const cr0 = m.readSpecial('cr0');
  const isEmulated = bit(m, cr0, CR0_EM);
  const isSaved = bit(m, m.readSpecial('cr4'), CR4_OSFXSR);
  m.faultWhen(m.or(1, isEmulated, m.not(1, isSaved)), '#UD');
  m.faultWhen(bit(m, cr0, CR0_TS), '#NM');
}

/** The same for instructions that do not ask whether the system saves the registers. */
export function requireSaving<V>(m: Algebra<V>): void {
  const cr0 = m.readSpecial('cr0');
  m.faultWhen(bit(m, cr0, CR0_EM), '#UD');
  m.faultWhen(bit(m, cr0, CR0_TS), '#NM');
}

function bit<V>(m: Algebra<V>, value: V, position: number): V {
  return m.truncate(64, 1, m.shiftRight(64, value, m.constant(8, position)));
}

/** All 128 bits; in memory they must be aligned. */
export function readHalves<V>(m: Algebra<V>, operand: Operand): Halves<V> {
  if (operand.kind !== 'memory') return readRegister(m, operand);
  const address = effectiveAddress(m, operand);
  faultUnlessAligned(m, address);
  m.probe(16, address, addressUse(operand), 'load');
  return loadHalves(m, address, addressUse(operand));
}

/** The same at any address. */
export function readUnaligned<V>(m: Algebra<V>, operand: Operand): Halves<V> {
  if (operand.kind !== 'memory') return readRegister(m, operand);
  const address = effectiveAddress(m, operand);
  m.probe(16, address, addressUse(operand), 'load');
  return loadHalves(m, address, addressUse(operand));
}

/** All 128 bits; in memory they must be aligned. */
export function writeHalves<V>(m: Algebra<V>, operand: Operand, value: Halves<V>): void {
  if (operand.kind !== 'memory') {
    writeRegister(m, operand, value);
    return;
  }
  const address = effectiveAddress(m, operand);
  faultUnlessAligned(m, address);
  m.probe(16, address, addressUse(operand), 'store');
  storeHalves(m, address, value, addressUse(operand));
}

/** The same at any address. */
export function writeUnaligned<V>(m: Algebra<V>, operand: Operand, value: Halves<V>): void {
  if (operand.kind !== 'memory') {
    writeRegister(m, operand, value);
    return;
  }
  const address = effectiveAddress(m, operand);
  m.probe(16, address, addressUse(operand), 'store');
  storeHalves(m, address, value, addressUse(operand));
}

/** The lowest bits of a register, or the memory that holds just them. */
export function readScalar<V>(m: Algebra<V>, operand: Operand, width: OperandWidth): V {
  if (operand.kind === 'memory') return loadScalar(m, operand, width);
  return m.truncate(64, width, readRegister(m, operand)[0]);
}

function loadScalar<V>(m: Algebra<V>, operand: MemoryOperand, width: OperandWidth): V {
  return m.load(width, effectiveAddress(m, operand), addressUse(operand));
}

/** The lowest bits of a register, which leaves the others. */
export function writeScalar<V>(
  m: Algebra<V>,
  operand: Operand,
  width: OperandWidth,
  value: V,
): void {
  if (operand.kind === 'xmm') writeXmmPart(m, operand.index, width, value);
}

/** Sixteen bytes must lie on a multiple of sixteen. spec: cpu.sse-alignment */
export function faultUnlessAligned<V>(m: Algebra<V>, address: V): void {
  const low = m.and(64, address, m.constant(64, 15));
  m.faultWhen(m.not(1, m.equal(64, low, m.constant(64, 0))), '#GP');
}

/** spec: cpu.xmm-access */
export function loadHalves<V>(m: Algebra<V>, address: V, use: AddressUse): Halves<V> {
  return [m.load(64, address, use), m.load(64, m.add(64, address, m.constant(64, 8)), use)];
}

export function storeHalves<V>(
  m: Algebra<V>,
  address: V,
  [low, high]: Halves<V>,
  use: AddressUse,
): void {
  m.store(64, address, low, use);
  m.store(64, m.add(64, address, m.constant(64, 8)), high, use);
}

/** The number in an immediate operand. */
export function immediateOf(i: Instruction): number {
  const operand = i.third.kind === 'absent' ? i.second : i.third;
  return operand.kind === 'immediate' ? Number(operand.value) : 0;
}

function readRegister<V>(m: Algebra<V>, operand: Operand): Halves<V> {
  if (operand.kind === 'xmm') return [m.readXmm(operand.index, 0), m.readXmm(operand.index, 1)];
  return [m.constant(64, 0), m.constant(64, 0)];
}

function writeRegister<V>(m: Algebra<V>, operand: Operand, [low, high]: Halves<V>): void {
  if (operand.kind !== 'xmm') return;
  m.writeXmm(operand.index, 0, low);
  m.writeXmm(operand.index, 1, high);
}

const CR0_EM = 2;
const CR0_TS = 3;
const CR4_OSFXSR = 9;
