// Rotations: ROL ROR, and RCL RCR through the carry. Only CF and OF change; OF, defined for a
// count of 1, follows the same rule for every count. Spec: cpu.md, "Undefined flags".

import { type Algebra, CF, type Flag, OF } from '../algebra.ts';
import { bitAt, signBit } from '../flags.ts';
import type { Definition, Family, Instruction } from '../instruction.ts';
import { readDestination, writeOperand } from '../operands.ts';
import { readCount } from './shifts.ts';

const rol: Definition = {
  encoding: [
    ...['C0 /0 Eb Ib', 'C1 /0 Ev Ib', 'D0 /0 Eb 1', 'D1 /0 Ev 1', 'D2 /0 Eb CL', 'D3 /0 Ev CL'],
  ],
  undefinedFlags: { countNotOne: [OF], here: 'OF as for a count of 1' },
  meaning(m, i) {
    const a = readDestination(m, i.first);
    const count = readCount(m, i, i.second);
    const turns = m.and(8, count, m.constant(8, i.width - 1));
    const result = rotateLeft(m, i, a, turns);
    writeCarryAndOverflow(
      m,
      count,
      () => m.truncate(i.width, 1, result),
      (carry) => m.xor(1, signBit(m, i.width, result), carry),
    );
    writeOperand(m, i.first, result);
  },
  text: 'rol',
};

const ror: Definition = {
  encoding: [
    ...['C0 /1 Eb Ib', 'C1 /1 Ev Ib', 'D0 /1 Eb 1', 'D1 /1 Ev 1', 'D2 /1 Eb CL', 'D3 /1 Ev CL'],
  ],
  undefinedFlags: { countNotOne: [OF], here: 'OF as for a count of 1' },
  meaning(m, i) {
    const a = readDestination(m, i.first);
    const count = readCount(m, i, i.second);
    const back = m.subtract(8, m.constant(8, i.width), count);
    const turns = m.and(8, back, m.constant(8, i.width - 1));
    const result = rotateLeft(m, i, a, turns);
    writeCarryAndOverflow(
      m,
      count,
      () => signBit(m, i.width, result),
      (carry) => m.xor(1, carry, secondBit(m, i, result)),
    );
    writeOperand(m, i.first, result);
  },
  text: 'ror',
};

const rcl: Definition = {
  encoding: [
    ...['C0 /2 Eb Ib', 'C1 /2 Ev Ib', 'D0 /2 Eb 1', 'D1 /2 Ev 1', 'D2 /2 Eb CL', 'D3 /2 Ev CL'],
  ],
  undefinedFlags: { countNotOne: [OF], here: 'OF as for a count of 1' },
  meaning(m, i) {
    const a = readDestination(m, i.first);
    const turns = readTurnsWithCarry(m, i);
    const result = m.or(i.width, m.shiftLeft(i.width, a, turns), carriedLeft(m, i, a, turns));
    writeCarryAndOverflow(
      m,
      turns,
      () => bitAt(m, i.width, a, m.subtract(8, m.constant(8, i.width), turns)),
      (carry) => m.xor(1, signBit(m, i.width, result), carry),
    );
    writeOperand(m, i.first, result);
  },
  text: 'rcl',
};

const rcr: Definition = {
  encoding: [
    ...['C0 /3 Eb Ib', 'C1 /3 Ev Ib', 'D0 /3 Eb 1', 'D1 /3 Ev 1', 'D2 /3 Eb CL', 'D3 /3 Ev CL'],
  ],
  undefinedFlags: { countNotOne: [OF], here: 'OF as for a count of 1' },
  meaning(m, i) {
    const a = readDestination(m, i.first);
    const turns = readTurnsWithCarry(m, i);
    const result = m.or(i.width, m.shiftRight(i.width, a, turns), carriedRight(m, i, a, turns));
    writeCarryAndOverflow(
      m,
      turns,
      () => bitAt(m, i.width, a, m.subtract(8, turns, m.constant(8, 1))),
      () => m.xor(1, signBit(m, i.width, result), secondBit(m, i, result)),
    );
    writeOperand(m, i.first, result);
  },
  text: 'rcr',
};

function rotateLeft<V>(m: Algebra<V>, i: Instruction, a: V, turns: V): V {
  const back = m.subtract(8, m.constant(8, i.width), turns);
  return m.or(i.width, m.shiftLeft(i.width, a, turns), m.shiftRight(i.width, a, back));
}

/** The masked count, modulo the width and the carry together. */
function readTurnsWithCarry<V>(m: Algebra<V>, i: Instruction): V {
  const count = readCount(m, i, i.second);
  if (i.width >= 32) return count;
  const modulus = m.constant(8, i.width + 1);
  return m.divide(8, m.constant(8, 0), count, modulus).remainder;
}

/** What enters from the right: the carry, then the bits that left on the other side. */
function carriedLeft<V>(m: Algebra<V>, i: Instruction, a: V, turns: V): V {
  const carry = m.zeroExtend(1, i.width, m.readFlag(CF));
  const placed = m.shiftLeft(i.width, carry, m.subtract(8, turns, m.constant(8, 1)));
  const back = m.subtract(8, m.constant(8, i.width + 1), turns);
  return m.or(i.width, placed, m.shiftRight(i.width, a, back));
}

function carriedRight<V>(m: Algebra<V>, i: Instruction, a: V, turns: V): V {
  const carry = m.zeroExtend(1, i.width, m.readFlag(CF));
  const placed = m.shiftLeft(i.width, carry, m.subtract(8, m.constant(8, i.width), turns));
  const back = m.subtract(8, m.constant(8, i.width + 1), turns);
  return m.or(i.width, placed, m.shiftLeft(i.width, a, back));
}

function secondBit<V>(m: Algebra<V>, i: Instruction, a: V): V {
  return bitAt(m, i.width, a, m.constant(8, i.width - 2));
}

/** They are computed late: most rotations are asked for neither. */
function writeCarryAndOverflow<V>(
  m: Algebra<V>,
  count: V,
  carry: () => V,
  overflow: (carry: V) => V,
): void {
  m.when(m.not(1, m.equal(8, count, m.constant(8, 0))), () =>
    m.writeFlags(CARRY_AND_OVERFLOW, (flag) => (flag === CF ? carry() : overflow(carry()))),
  );
}

const CARRY_AND_OVERFLOW: readonly Flag[] = [CF, OF];

export const rotations: Family = { name: 'rotations', definitions: [rol, ror, rcl, rcr] };
