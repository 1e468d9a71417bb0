// The stack: PUSH, POP, PUSHF, POPF, ENTER, LEAVE. The stack pointer changes last, so that a fault on
// the way leaves it alone. Spec: cpu.md, "Instructions".

import type { Algebra, OperandWidth } from '../algebra.ts';
import { CONTROL_MASK, readRflags } from '../flags.ts';
import type { Definition, Family } from '../instruction.ts';
import {
  addressUse,
  effectiveAddress,
  RBP,
  RSP,
  readOperand,
  writeOperand,
  writePart,
} from '../operands.ts';
import { writeRflags } from '../privilege.ts';

const push: Definition = {
  encoding: ['50+r Zv d64', 'FF /6 Ev d64', '6A Ibs d64', '68 Iz d64'],
  meaning(m, i) {
    const value = readOperand(m, i.first);
    pushValue(m, i.width, value);
  },
  text: 'push',
};

const pop: Definition = {
  encoding: ['58+r Zv d64', '8F /0 Ev d64'],
  meaning(m, i) {
    const stack = m.readRegister(RSP);
    const value = m.load(i.width, stack, 'stack');
    const size = m.constant(64, i.width / 8);
    const above = m.add(64, stack, size);
    if (i.first.kind === 'memory') {
      // An address on the stack pointer counts from where it stands after the pop.
      const offset = i.first.base === RSP ? size : m.constant(64, 0);
      m.store(i.width, effectiveAddress(m, i.first, offset), value, addressUse(i.first));
      m.writeRegister(RSP, above);
      return;
    }
    m.writeRegister(RSP, above);
    writeOperand(m, i.first, value);
  },
  text: 'pop',
};

const pushf: Definition = {
  encoding: ['9C d64'],
  meaning(m, i) {
    const word = readRflags(m);
    pushValue(m, i.width, m.truncate(64, i.width, word));
  },
  text: 'pushf|pushfd|pushfq',
};

/** With 16 bits ID, AC and what else lies above stay as they are. */
const popf: Definition = {
  encoding: ['9D d64'],
  meaning(m, i) {
    const stack = m.readRegister(RSP);
    const word = m.zeroExtend(i.width, 64, m.load(i.width, stack, 'stack'));
    const above = m.add(64, stack, m.constant(64, i.width / 8));
    writeRflags(m, word, i.width === 16 ? CONTROL_MASK & 0xffffn : CONTROL_MASK);
    m.writeRegister(RSP, above);
  },
  text: 'popf|popfd|popfq',
};

/**
 * A frame of Iw bytes for a procedure that is nested Ib deep: the saved frame pointer, those of the
 * procedures around it, its own. The range is checked before the first push, and the end of the
 * frame as if it were pushed to.
 */
const enter: Definition = {
  encoding: ['C8 Iw Ib d64'],
  meaning(m, i) {
    if (i.first.kind !== 'immediate' || i.second.kind !== 'immediate') return;
    const depth = Number(i.second.value) & 31;
    const size = BigInt(i.width / 8);
    const stack = m.readRegister(RSP);
    const outer = m.readRegister(RBP);
    const own = m.subtract(64, stack, m.constant(64, size));
    const below = (base: typeof own, words: number) =>
      m.subtract(64, base, m.constant(64, size * BigInt(words)));
    const frame = m.subtract(64, below(own, depth), m.constant(64, i.first.value));
    for (let k = 0; k <= depth; k += 1) m.probe(i.width / 8, below(own, k), 'stack', 'store');
    for (let k = 1; k < depth; k += 1) m.probe(i.width / 8, below(outer, k), 'stack', 'load');
    m.probe(i.width / 8, frame, 'stack', 'store');
    m.store(i.width, own, m.truncate(64, i.width, outer), 'stack');
    for (let k = 1; k < depth; k += 1) {
      m.store(i.width, below(own, k), m.load(i.width, below(outer, k), 'stack'), 'stack');
    }
    if (depth > 0) m.store(i.width, below(own, depth), m.truncate(64, i.width, own), 'stack');
    writePart(m, RBP, i.width, m.truncate(64, i.width, own));
    m.writeRegister(RSP, frame);
  },
  text: 'enter',
};

const leave: Definition = {
  encoding: ['C9 d64'],
  meaning(m, i) {
    const frame = m.readRegister(RBP);
    const value = m.load(i.width, frame, 'stack');
    const above = m.add(64, frame, m.constant(64, i.width / 8));
    m.writeRegister(RSP, above);
    writePart(m, RBP, i.width, value);
  },
  text: 'leave',
};

/** Stores below the stack pointer, then moves it. */
export function pushValue<V>(m: Algebra<V>, width: OperandWidth, value: V): void {
  const below = m.subtract(64, m.readRegister(RSP), m.constant(64, width / 8));
  m.store(width, below, value, 'stack');
  m.writeRegister(RSP, below);
}

export const stack: Family = { name: 'stack', definitions: [push, pop, pushf, popf, enter, leave] };
