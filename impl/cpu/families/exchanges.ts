// Exchanges: XCHG XADD CMPXCHG, and CMPXCHG8B and CMPXCHG16B. With one processor and steps that
// are whole, LOCK adds nothing to them. Spec: cpu.md, "Instructions".

import { type Algebra, type Flag, ZF } from '../algebra.ts';
import { additionFlags, STATUS_FLAGS, subtractionFlags } from '../flags.ts';
import type { Definition, Family, Instruction } from '../instruction.ts';
import {
  addressUse,
  effectiveAddress,
  RAX,
  RBX,
  RCX,
  RDX,
  readDestination,
  readOperand,
  readPart,
  writeOperand,
  writePart,
} from '../operands.ts';

/** 90 without REX.B would exchange rAX with itself; it is NOP, which clears no upper half. */
const xchg: Definition = {
  encoding: [
    ...['86 /r Eb Gb', '87 /r Ev Gv', 'REX.B 90 Zv rAX', '91 Zv rAX', '92 Zv rAX', '93 Zv rAX'],
    ...['94 Zv rAX', '95 Zv rAX', '96 Zv rAX', '97 Zv rAX'],
  ],
  lockable: true,
  meaning(m, i) {
    const a = readDestination(m, i.first);
    const b = readOperand(m, i.second);
    writeOperand(m, i.first, b);
    writeOperand(m, i.second, a);
  },
  text: 'xchg',
};

const xadd: Definition = {
  encoding: ['0F C0 /r Eb Gb', '0F C1 /r Ev Gv'],
  lockable: true,
  meaning(m, i) {
    const a = readDestination(m, i.first);
    const b = readOperand(m, i.second);
    const sum = m.add(i.width, a, b);
    m.writeFlags(STATUS_FLAGS, additionFlags(m, i.width, a, b, sum));
    // Memory comes first, while its address is unchanged; of two equal registers the sum stays.
    if (i.first.kind === 'memory') writeOperand(m, i.first, sum);
    writeOperand(m, i.second, a);
    if (i.first.kind === 'register') writeOperand(m, i.first, sum);
  },
  text: 'xadd',
};

/** Whichever of destination and accumulator is not to change is not written at all. */
const cmpxchg: Definition = {
  encoding: ['0F B0 /r Eb Gb', '0F B1 /r Ev Gv'],
  lockable: true,
  meaning(m, i) {
    const expected = readPart(m, RAX, i.width);
    const current = readDestination(m, i.first);
    const replacement = readOperand(m, i.second);
    const difference = m.subtract(i.width, expected, current);
    const isEqual = m.equal(i.width, expected, current);
    m.writeFlags(STATUS_FLAGS, subtractionFlags(m, i.width, expected, current, difference));
    m.when(isEqual, () => writeOperand(m, i.first, replacement));
    m.when(m.not(1, isEqual), () => writePart(m, RAX, i.width, current));
  },
  text: 'cmpxchg',
};

const cmpxchgPair: Definition = {
  encoding: ['0F C7 /1 M'],
  lockable: true,
  meaning(m, i) {
    if (i.first.kind !== 'memory') return;
    const width = i.width === 64 ? 64 : 32;
    const use = addressUse(i.first);
    const address = effectiveAddress(m, i.first);
    const above = m.add(64, address, m.constant(64, width / 8));
    faultUnlessAligned(m, width, address);
    m.probe(width / 4, address, use, 'store');
    const low = m.loadToStore(width, address, use);
    const high = m.loadToStore(width, above, use);
    const sameLow = m.equal(width, low, readPart(m, RAX, width));
    const isEqual = m.and(1, sameLow, m.equal(width, high, readPart(m, RDX, width)));
    m.writeFlags(ZERO_ONLY, () => isEqual);
    m.when(isEqual, () => {
      m.store(width, address, readPart(m, RBX, width), use);
      m.store(width, above, readPart(m, RCX, width), use);
    });
    m.when(m.not(1, isEqual), () => {
      writePart(m, RAX, width, low);
      writePart(m, RDX, width, high);
    });
  },
  text: 'cmpxchg8b|cmpxchg8b|cmpxchg16b',
};

/** Sixteen bytes must lie on a multiple of sixteen. */
function faultUnlessAligned<V>(m: Algebra<V>, width: Instruction['width'], address: V): void {
  if (width !== 64) return;
  const low = m.and(64, address, m.constant(64, 15));
  m.faultWhen(m.not(1, m.equal(64, low, m.constant(64, 0))), '#GP');
}

const ZERO_ONLY: readonly Flag[] = [ZF];

export const exchanges: Family = {
  name: 'exchanges',
  definitions: [xchg, xadd, cmpxchg, cmpxchgPair],
};
