// What the status flags become: one recipe for each way of computing, the conditions that read
// them, and RFLAGS as one word. Spec: cpu.md, "Flags".

import { AF, type Algebra, CF, type Flag, OF, type OperandWidth, PF, SF, ZF } from './algebra.ts';

export const STATUS_FLAGS: readonly Flag[] = [CF, PF, AF, ZF, SF, OF];
/** Those that INC and DEC set. */
export const ALL_BUT_CARRY: readonly Flag[] = [PF, AF, ZF, SF, OF];

/** The bits of RFLAGS beside the status flags that software can change. */
export const TF_BIT = 8;
export const IF_BIT = 9;
export const DF_BIT = 10;
export const IOPL_BIT = 12;
export const NT_BIT = 14;
export const AC_BIT = 18;

export type Recipe<V> = (flag: Flag) => V;

/** The most significant bit, as a truth value. */
export function signBit<V>(m: Algebra<V>, width: OperandWidth, a: V): V {
  return bitAt(m, width, a, m.constant(8, width - 1));
}

/** A bit of a value; 0 beyond its width. */
export function bitAt<V>(m: Algebra<V>, width: OperandWidth, a: V, position: V): V {
  return m.truncate(width, 1, m.shiftRight(width, a, position));
}

/** ZF, SF and PF of a result; every other flag is 0. */
export function resultFlag<V>(m: Algebra<V>, width: OperandWidth, result: V, flag: Flag): V {
  switch (flag) {
    case ZF:
      return m.equal(width, result, m.constant(width, 0));
    case SF:
      return signBit(m, width, result);
    case PF: {
      const ones = m.onesCount(8, m.truncate(width, 8, result));
      return m.not(1, m.truncate(8, 1, ones));
    }
    default:
      return m.constant(1, 0);
  }
}

/** AND, OR, XOR, TEST: CF, OF and AF are 0. */
export function logicFlags<V>(m: Algebra<V>, width: OperandWidth, result: V): Recipe<V> {
  return (flag) => resultFlag(m, width, result, flag);
}

/** sum = a + b, or a + b + 1: the carry out of each bit is told from the three alone. */
export function additionFlags<V>(
  m: Algebra<V>,
  width: OperandWidth,
  a: V,
  b: V,
  sum: V,
): Recipe<V> {
  return (flag) => {
    switch (flag) {
      case CF: {
        const either = m.and(width, m.or(width, a, b), m.not(width, sum));
        return signBit(m, width, m.or(width, m.and(width, a, b), either));
      }
      case AF:
        return auxiliary(m, width, a, b, sum);
      case OF:
        return signBit(m, width, m.and(width, m.xor(width, a, sum), m.xor(width, b, sum)));
      default:
        return resultFlag(m, width, sum, flag);
    }
  };
}

/** difference = a - b, or a - b - 1. */
export function subtractionFlags<V>(
  m: Algebra<V>,
  width: OperandWidth,
  a: V,
  b: V,
  difference: V,
): Recipe<V> {
  return (flag) => {
    switch (flag) {
      case CF: {
        const notA = m.not(width, a);
        const either = m.and(width, m.or(width, notA, b), difference);
        return signBit(m, width, m.or(width, m.and(width, notA, b), either));
      }
      case AF:
        return auxiliary(m, width, a, b, difference);
      case OF:
        return signBit(m, width, m.and(width, m.xor(width, a, b), m.xor(width, a, difference)));
      default:
        return resultFlag(m, width, difference, flag);
    }
  };
}

function auxiliary<V>(m: Algebra<V>, width: OperandWidth, a: V, b: V, result: V): V {
  return bitAt(m, width, m.xor(width, m.xor(width, a, b), result), m.constant(8, 4));
}

/**
 * The sixteen conditions of Jcc, SETcc and CMOVcc; an odd code is the opposite of the even one.
 *
 * spec: cpu.conditions
 */
export function readCondition<V>(m: Algebra<V>, code: number): V {
  const base = evenCondition(m, code >> 1);
  return (code & 1) === 0 ? base : m.not(1, base);
}

function evenCondition<V>(m: Algebra<V>, pair: number): V {
  switch (pair) {
    case 0:
      return m.readFlag(OF);
    case 1:
      return m.readFlag(CF);
    case 2:
      return m.readFlag(ZF);
    case 3:
      return m.or(1, m.readFlag(CF), m.readFlag(ZF));
    case 4:
      return m.readFlag(SF);
    case 5:
      return m.readFlag(PF);
    case 6:
      return m.xor(1, m.readFlag(SF), m.readFlag(OF));
    default:
      return m.or(1, m.readFlag(ZF), m.xor(1, m.readFlag(SF), m.readFlag(OF)));
  }
}

/** RFLAGS as one word of 64 bits; bit 1 is always set. */
export function readRflags<V>(m: Algebra<V>): V {
  const base = m.or(64, m.readSpecial('control'), m.constant(64, 2));
  return STATUS_FLAGS.reduce((word, flag) => {
    const bit = m.zeroExtend(1, 64, m.readFlag(flag));
    return m.or(64, word, m.shiftLeft(64, bit, m.constant(8, flag)));
  }, base);
}

/** Sets the flags named from their bits in a word of 64 bits. */
export function writeStatus<V>(m: Algebra<V>, word: V, flags: readonly Flag[]): void {
  m.writeFlags(flags, (flag) => bitAt(m, 64, word, m.constant(8, flag)));
}

/** A bit of `control`: TF, IF, DF, IOPL, NT, AC, ID. */
export function readControlBit<V>(m: Algebra<V>, bit: number): V {
  return bitAt(m, 64, m.readSpecial('control'), m.constant(8, bit));
}

/** The bits of `control`: TF IF DF IOPL NT AC ID. */
export const CONTROL_MASK = 0x24_7700n;
