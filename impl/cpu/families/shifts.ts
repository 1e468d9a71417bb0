// Shifts: SHL SHR SAR SHLD SHRD. The count is masked to 5 bits, or 6 for operands of 64 bits; a
// masked count of 0 leaves every flag alone. Shifts beyond the width give what the total shifts
// of the algebra give. Spec: cpu.md, "Instructions" and "Undefined flags".

import { AF, type Algebra, CF, OF } from '../algebra.ts';
import { bitAt, type Recipe, resultFlag, STATUS_FLAGS, signBit } from '../flags.ts';
import type { Definition, Family, Instruction, Operand } from '../instruction.ts';
import { readDestination, readOperand, writeOperand } from '../operands.ts';

const shl: Definition = {
  encoding: [
    ...['C0 /4 Eb Ib', 'C1 /4 Ev Ib', 'D0 /4 Eb 1', 'D1 /4 Ev 1', 'D2 /4 Eb CL', 'D3 /4 Ev CL'],
    ...['C0 /6 Eb Ib', 'C1 /6 Ev Ib', 'D0 /6 Eb 1', 'D1 /6 Ev 1', 'D2 /6 Eb CL', 'D3 /6 Ev CL'],
  ],
  undefinedFlags: {
    always: [AF],
    countNotOne: [OF],
    countWide: [CF],
    here: 'AF is 0; OF is the sign of the result xor CF; CF is 0 beyond the width, bit 0 at it',
  },
  meaning(m, i) {
    const a = readDestination(m, i.first);
    const count = readCount(m, i, i.second);
    const result = m.shiftLeft(i.width, a, count);
    const recipe = shiftFlags(
      m,
      { i, result },
      () => bitAt(m, i.width, a, belowWidth(m, i, count)),
      (carry) => m.xor(1, signBit(m, i.width, result), carry),
    );
    whenCounted(m, count, recipe);
    writeOperand(m, i.first, result);
  },
  text: 'shl',
};

const shr: Definition = {
  encoding: [
    ...['C0 /5 Eb Ib', 'C1 /5 Ev Ib', 'D0 /5 Eb 1', 'D1 /5 Ev 1', 'D2 /5 Eb CL', 'D3 /5 Ev CL'],
  ],
  undefinedFlags: {
    always: [AF],
    countNotOne: [OF],
    countWide: [CF],
    here: 'AF is 0; OF is the sign of the operand; CF is 0 beyond the width, that sign at it',
  },
  meaning(m, i) {
    const a = readDestination(m, i.first);
    const count = readCount(m, i, i.second);
    const result = m.shiftRight(i.width, a, count);
    const recipe = shiftFlags(
      m,
      { i, result },
      () => bitAt(m, i.width, a, oneLess(m, count)),
      () => signBit(m, i.width, a),
    );
    whenCounted(m, count, recipe);
    writeOperand(m, i.first, result);
  },
  text: 'shr',
};

const sar: Definition = {
  encoding: [
    ...['C0 /7 Eb Ib', 'C1 /7 Ev Ib', 'D0 /7 Eb 1', 'D1 /7 Ev 1', 'D2 /7 Eb CL', 'D3 /7 Ev CL'],
  ],
  undefinedFlags: { always: [AF], countNotOne: [OF], here: 'AF and OF are 0' },
  meaning(m, i) {
    const a = readDestination(m, i.first);
    const count = readCount(m, i, i.second);
    const result = m.shiftRightSigned(i.width, a, count);
    const recipe = shiftFlags(
      m,
      { i, result },
      () => m.truncate(i.width, 1, m.shiftRightSigned(i.width, a, oneLess(m, count))),
      () => m.constant(1, 0),
    );
    whenCounted(m, count, recipe);
    writeOperand(m, i.first, result);
  },
  text: 'sar',
};

const shld: Definition = {
  encoding: ['0F A4 /r Ev Gv Ib', '0F A5 /r Ev Gv CL'],
  undefinedFlags: {
    always: [AF],
    countNotOne: [OF],
    countWide: STATUS_FLAGS,
    here: 'AF is 0; OF says that the sign changed; the rest follows from the total shifts',
  },
  meaning(m, i) {
    const a = readDestination(m, i.first);
    const b = readOperand(m, i.second);
    const count = readCount(m, i, i.third);
    const remaining = belowWidth(m, i, count);
    const filled = m.shiftRight(i.width, b, remaining);
    const result = m.or(i.width, m.shiftLeft(i.width, a, count), filled);
    const recipe = shiftFlags(
      m,
      { i, result },
      () => bitAt(m, i.width, a, remaining),
      () => signBit(m, i.width, m.xor(i.width, a, result)),
    );
    whenCounted(m, count, recipe);
    writeOperand(m, i.first, result);
  },
  text: 'shld',
};

const shrd: Definition = {
  encoding: ['0F AC /r Ev Gv Ib', '0F AD /r Ev Gv CL'],
  undefinedFlags: {
    always: [AF],
    countNotOne: [OF],
    countWide: STATUS_FLAGS,
    here: 'AF is 0; OF says that the sign changed; the rest follows from the total shifts',
  },
  meaning(m, i) {
    const a = readDestination(m, i.first);
    const b = readOperand(m, i.second);
    const count = readCount(m, i, i.third);
    const filled = m.shiftLeft(i.width, b, belowWidth(m, i, count));
    const result = m.or(i.width, m.shiftRight(i.width, a, count), filled);
    const recipe = shiftFlags(
      m,
      { i, result },
      () => bitAt(m, i.width, a, oneLess(m, count)),
      () => signBit(m, i.width, m.xor(i.width, a, result)),
    );
    whenCounted(m, count, recipe);
    writeOperand(m, i.first, result);
  },
  text: 'shrd',
};

/**
 * The masked count, 8 bits wide.
 *
 * spec: cpu.shift-count
 */
export function readCount<V>(m: Algebra<V>, i: Instruction, operand: Operand): V {
  const count = readOperand(m, operand);
  return m.and(8, count, m.constant(8, i.width === 64 ? 63 : 31));
}

/** Sets all six flags unless the count is 0. */
export function whenCounted<V>(m: Algebra<V>, count: V, recipe: Recipe<V>): void {
  m.when(m.not(1, m.equal(8, count, m.constant(8, 0))), () => m.writeFlags(STATUS_FLAGS, recipe));
}

/**
 * Carry and overflow are computed late: most shifts are asked for neither. They are functions that
 * have no name, for tsx would define it anew with every shift.
 */
function shiftFlags<V>(
  m: Algebra<V>,
  { i, result }: { readonly i: Instruction; readonly result: V },
  carry: () => V,
  overflow: (carry: V) => V,
): Recipe<V> {
  return (flag) => {
    if (flag === CF) return carry();
    if (flag === OF) return overflow(carry());
    return resultFlag(m, i.width, result, flag);
  };
}

/** width - count; far beyond the width when the count is greater. */
function belowWidth<V>(m: Algebra<V>, i: Instruction, count: V): V {
  return m.subtract(8, m.constant(8, i.width), count);
}

function oneLess<V>(m: Algebra<V>, count: V): V {
  return m.subtract(8, count, m.constant(8, 1));
}

export const shifts: Family = { name: 'shifts', definitions: [shl, shr, sar, shld, shrd] };
