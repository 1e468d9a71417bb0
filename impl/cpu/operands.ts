// Reading and writing operands, and computing their addresses, in the algebra. Partial registers
// are put together here and nowhere else. Spec: cpu.md, "Addresses" and "Registers".

import type { AddressUse, Algebra, OperandWidth } from './algebra.ts';
import type {
  Instruction,
  MemoryOperand,
  Operand,
  RegisterOperand,
  Segment,
} from './instruction.ts';

export const RAX = 0;
export const RCX = 1;
export const RDX = 2;
export const RBX = 3;
export const RSP = 4;
export const RBP = 5;
export const RSI = 6;
export const RDI = 7;

/** The value of an operand, of the operand's width. */
export function readOperand<V>(m: Algebra<V>, operand: Operand): V {
  switch (operand.kind) {
    case 'register':
      return operand.high
        ? m.truncate(64, 8, m.shiftRight(64, m.readRegister(operand.index), m.constant(8, 8)))
        : readPart(m, operand.index, operand.width);
    case 'immediate':
      return m.constant(operand.width, operand.value);
    case 'xmm':
      return m.truncate(64, operand.width, m.readXmm(operand.index, 0));
    case 'memory':
      return m.load(operand.width, effectiveAddress(m, operand), addressUse(operand));
    case 'special':
      return m.truncate(64, operand.width, m.readSpecial(operand.name));
    case 'absent':
      return m.constant(operand.width, 0);
  }
}

/** Reads a destination that the same instruction writes afterwards. */
export function readDestination<V>(m: Algebra<V>, operand: Operand): V {
  if (operand.kind !== 'memory') return readOperand(m, operand);
  return m.loadToStore(operand.width, effectiveAddress(m, operand), addressUse(operand));
}

/** Writes an operand; immediate and absent ones cannot be written, and are left alone. */
export function writeOperand<V>(m: Algebra<V>, operand: Operand, value: V): void {
  switch (operand.kind) {
    case 'register':
      writeRegisterOperand(m, operand, value);
      break;
    case 'memory':
      m.store(operand.width, effectiveAddress(m, operand), value, addressUse(operand));
      break;
    case 'special':
      m.writeSpecial(operand.name, m.zeroExtend(operand.width, 64, value));
      break;
    case 'xmm':
      writeXmmPart(m, operand.index, operand.width, value);
      break;
    case 'immediate':
    case 'absent':
      break;
  }
}

/** The low part of a register. */
export function readPart<V>(m: Algebra<V>, index: number, width: OperandWidth): V {
  return m.truncate(64, width, m.readRegister(index));
}

/**
 * Writes the low part of a register: 32 bits clear the upper half, 8 and 16 bits leave the rest.
 *
 * spec: cpu.partial-registers
 */
export function writePart<V>(m: Algebra<V>, index: number, width: OperandWidth, value: V): void {
  if (width >= 32) {
    m.writeRegister(index, m.zeroExtend(width, 64, value));
    return;
  }
  const kept = m.and(64, m.readRegister(index), m.constant(64, width === 8 ? NOT_8 : NOT_16));
  m.writeRegister(index, m.or(64, kept, m.zeroExtend(width, 64, value)));
}

/** Writes the lowest bits of an XMM register and leaves all others. */
export function writeXmmPart<V>(m: Algebra<V>, index: number, width: OperandWidth, value: V): void {
  if (width === 64) {
    m.writeXmm(index, 0, value);
    return;
  }
  const above = BigInt.asUintN(64, -1n << BigInt(width));
  const kept = m.and(64, m.readXmm(index, 0), m.constant(64, above));
  m.writeXmm(index, 0, m.or(64, kept, m.zeroExtend(width, 64, value)));
}

function writeRegisterOperand<V>(m: Algebra<V>, operand: RegisterOperand, value: V): void {
  if (!operand.high) {
    writePart(m, operand.index, operand.width, value);
    return;
  }
  const kept = m.and(64, m.readRegister(operand.index), m.constant(64, NOT_HIGH_8));
  const shifted = m.shiftLeft(64, m.zeroExtend(8, 64, value), m.constant(8, 8));
  m.writeRegister(operand.index, m.or(64, kept, shifted));
}

/**
 * The linear address of a memory operand: base + index << scale + displacement, cut to the
 * address width, then the base of FS or GS. `offset` is added before the cut.
 *
 * spec: cpu.effective-address
 */
export function effectiveAddress<V>(m: Algebra<V>, operand: MemoryOperand, offset?: V): V {
  return addSegmentBase(m, operand.segment, effectiveOffset(m, operand, offset));
}

/** The same without the base of the segment: what LEA computes. */
export function effectiveOffset<V>(m: Algebra<V>, operand: MemoryOperand, offset?: V): V {
  const { base, index, scale, displacement } = operand;
  let address = m.constant(64, displacement);
  if (base >= 0) {
    const value = m.readRegister(base);
    address = displacement === 0 ? value : m.add(64, value, address);
  }
  if (index >= 0) {
    const value = m.readRegister(index);
    const scaled = scale === 0 ? value : m.shiftLeft(64, value, m.constant(8, scale));
    address = m.add(64, address, scaled);
  }
  if (offset !== undefined) address = m.add(64, address, offset);
  return operand.addressWidth === 64 ? address : m.zeroExtend(32, 64, m.truncate(64, 32, address));
}

export function addressUse(operand: MemoryOperand): AddressUse {
  return operand.segment === 'stack' ? 'stack' : 'data';
}

/** The address that a register holds, in the address width and segment of the instruction. */
export function implicitAddress<V>(m: Algebra<V>, i: Instruction, index: number): V {
  const offset = m.zeroExtend(i.addressWidth, 64, readPart(m, index, i.addressWidth));
  return addSegmentBase(m, i.segment, offset);
}

/** Only FS and GS have a base. */
export function addSegmentBase<V>(m: Algebra<V>, segment: Segment, offset: V): V {
  if (segment !== 'fs' && segment !== 'gs') return offset;
  return m.add(64, offset, m.readSpecial(segment === 'fs' ? 'fsBase' : 'gsBase'));
}

const NOT_8 = -0x100;
const NOT_16 = -0x1_0000;
const NOT_HIGH_8 = -0xff01;
