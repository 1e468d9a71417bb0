// String instructions: MOVS STOS LODS CMPS SCAS INS OUTS. A step is one iteration: a repeated one that is
// not yet done jumps to itself, so that an interrupt finds it between two iterations with its
// registers up to date. Spec: cpu.md, "Position" and "Instructions".

import { type Algebra, type OperandWidth, ZF } from '../algebra.ts';
import { DF_BIT, readControlBit, STATUS_FLAGS, subtractionFlags } from '../flags.ts';
import type { Definition, Family, Instruction } from '../instruction.ts';
import { implicitAddress, RAX, RCX, RDI, RDX, RSI, readPart, writePart } from '../operands.ts';
import { faultUnlessPortAllowed } from '../privilege.ts';

const movs: Definition = {
  encoding: ['A4 b8', 'A5'],
  meaning(m, i) {
    iterate(m, i, 'count', () => {
      const value = m.load(i.width, implicitAddress(m, i, RSI), 'data');
      const destination = destinationAddress(m, i);
      m.store(i.width, destination, value, 'data');
      advance(m, i, i.width, [RSI, RDI]);
    });
  },
  text: 'movs#',
};

const stos: Definition = {
  encoding: ['AA b8', 'AB'],
  meaning(m, i) {
    iterate(m, i, 'count', () => {
      const value = readPart(m, RAX, i.width);
      const destination = destinationAddress(m, i);
      m.store(i.width, destination, value, 'data');
      advance(m, i, i.width, [RDI]);
    });
  },
  text: 'stos#',
};

const lods: Definition = {
  encoding: ['AC b8', 'AD'],
  meaning(m, i) {
    iterate(m, i, 'count', () => {
      const value = m.load(i.width, implicitAddress(m, i, RSI), 'data');
      writePart(m, RAX, i.width, value);
      advance(m, i, i.width, [RSI]);
    });
  },
  text: 'lods#',
};

const cmps: Definition = {
  encoding: ['A6 b8', 'A7'],
  meaning(m, i) {
    iterate(m, i, 'count-and-compare', () => {
      const a = m.load(i.width, implicitAddress(m, i, RSI), 'data');
      const b = m.load(i.width, destinationAddress(m, i), 'data');
      const difference = m.subtract(i.width, a, b);
      m.writeFlags(STATUS_FLAGS, subtractionFlags(m, i.width, a, b, difference));
      advance(m, i, i.width, [RSI, RDI]);
    });
  },
  text: 'cmps#',
};

const scas: Definition = {
  encoding: ['AE b8', 'AF'],
  meaning(m, i) {
    iterate(m, i, 'count-and-compare', () => {
      const a = readPart(m, RAX, i.width);
      const b = m.load(i.width, destinationAddress(m, i), 'data');
      const difference = m.subtract(i.width, a, b);
      m.writeFlags(STATUS_FLAGS, subtractionFlags(m, i.width, a, b, difference));
      advance(m, i, i.width, [RDI]);
    });
  },
  text: 'scas#',
};

const insByte: Definition = {
  encoding: ['6C b8'],
  meaning(m, i) {
    const port = readPortNumber(m, 8);
    iterate(m, i, 'count', () => inputString(m, i, 8, port));
  },
  text: 'insb',
};

/** Ports have at most 32 bits. */
const ins: Definition = {
  encoding: ['6D'],
  meaning(m, i) {
    const port = readPortNumber(m, i.width === 16 ? 16 : 32);
    iterate(m, i, 'count', () => inputString(m, i, i.width === 16 ? 16 : 32, port));
  },
  text: 'insw|insd|insd',
};

const outsByte: Definition = {
  encoding: ['6E b8'],
  meaning(m, i) {
    const port = readPortNumber(m, 8);
    iterate(m, i, 'count', () => outputString(m, i, 8, port));
  },
  text: 'outsb',
};

const outs: Definition = {
  encoding: ['6F'],
  meaning(m, i) {
    const port = readPortNumber(m, i.width === 16 ? 16 : 32);
    iterate(m, i, 'count', () => outputString(m, i, i.width === 16 ? 16 : 32, port));
  },
  text: 'outsw|outsd|outsd',
};

/** Whether the port may be used is asked even for a count of 0. */
function readPortNumber<V>(m: Algebra<V>, width: 8 | 16 | 32): V {
  const port = readPart(m, RDX, 16);
  faultUnlessPortAllowed(m, port, width);
  return port;
}

/** The destination is checked before the port is asked: its answer would be lost. */
function inputString<V>(m: Algebra<V>, i: Instruction, width: 8 | 16 | 32, port: V): void {
  const destination = destinationAddress(m, i);
  m.probe(width / 8, destination, 'data', 'store');
  const value = m.readPort(width, port);
  m.store(width, destination, value, 'data');
  advance(m, i, width, [RDI]);
}

function outputString<V>(m: Algebra<V>, i: Instruction, width: 8 | 16 | 32, port: V): void {
  const value = m.load(width, implicitAddress(m, i, RSI), 'data');
  m.writePort(width, port, value);
  advance(m, i, width, [RSI]);
}

/**
 * One iteration: nothing for a count of 0; otherwise the body, one off the count, and once more
 * while the count, and where it matters the comparison, allow it.
 *
 * spec: cpu.one-iteration-one-step
 */
function iterate<V>(
  m: Algebra<V>,
  i: Instruction,
  until: 'count' | 'count-and-compare',
  body: () => void,
): void {
  if (i.repeat === 'none') {
    body();
    return;
  }
  const width = i.addressWidth;
  const zero = m.constant(width, 0);
  const count = readPart(m, RCX, width);
  m.when(m.not(1, m.equal(width, count, zero)), () => {
    body();
    const left = m.subtract(width, count, m.constant(width, 1));
    const isLeft = m.not(1, m.equal(width, left, zero));
    const again = until === 'count' ? isLeft : m.and(1, isLeft, isComparisonMet(m, i));
    m.jumpWhen(again, m.constant(64, i.address));
    writePart(m, RCX, width, left);
  });
}

function isComparisonMet<V>(m: Algebra<V>, i: Instruction): V {
  const isEqual = m.readFlag(ZF);
  return i.repeat === 'while-equal' ? isEqual : m.not(1, isEqual);
}

/** The destination is never taken through FS or GS. */
function destinationAddress<V>(m: Algebra<V>, i: Instruction): V {
  return m.zeroExtend(i.addressWidth, 64, readPart(m, RDI, i.addressWidth));
}

/** Moves the pointers on by the size of the operand, down when DF is set. */
function advance<V>(
  m: Algebra<V>,
  i: Instruction,
  moved: OperandWidth,
  pointers: readonly number[],
): void {
  const width = i.addressWidth;
  const size = BigInt(moved / 8);
  const up = m.constant(width, size);
  const down = m.constant(width, BigInt.asUintN(width, -size));
  const move = m.select(width, readControlBit(m, DF_BIT), down, up);
  for (const pointer of pointers) {
    writePart(m, pointer, width, m.add(width, readPart(m, pointer, width), move));
  }
}

export const strings: Family = {
  name: 'strings',
  definitions: [movs, stos, lods, cmps, scas, insByte, ins, outsByte, outs],
};
