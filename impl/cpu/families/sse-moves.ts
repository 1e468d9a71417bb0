// SSE moves: whole registers, halves, scalars, to and from general registers, past the caches, and
// the signs of elements. Spec: cpu.md, "XMM registers".

import type { Algebra, Half } from '../algebra.ts';
import { elementsOf } from '../elements.ts';
import type { Definition, Family, Instruction } from '../instruction.ts';
import { implicitAddress, RDI, readOperand, writeOperand } from '../operands.ts';
import {
  readHalves,
  readScalar,
  readUnaligned,
  writeHalves,
  writeScalar,
  writeUnaligned,
} from '../xmm-operands.ts';
import { type Meaning, sse } from './sse-paragraph.ts';

const aligned: Meaning = (m, i) => {
  const value = readHalves(m, i.second);
  writeHalves(m, i.first, value);
};

const unaligned: Meaning = (m, i) => {
  const value = readUnaligned(m, i.second);
  writeUnaligned(m, i.first, value);
};

/** From memory a scalar clears the rest of the register; from a register it leaves the rest. */
function scalar(width: 32 | 64): Meaning {
  return (m, i) => {
    const value = readScalar(m, i.second, width);
    if (i.first.kind === 'memory') writeOperand(m, i.first, value);
    else if (i.second.kind === 'memory') writeCleared(m, i, m.zeroExtend(width, 64, value));
    else writeScalar(m, i.first, width, value);
  };
}

const whole: readonly Definition[] = [
  sse('NP 0F 28 /r Vx Wx, NP 0F 29 /r Wx Vx', aligned, 'movaps'),
  sse('66 0F 28 /r Vx Wx, 66 0F 29 /r Wx Vx', aligned, 'movapd'),
  sse('66 0F 6F /r Vx Wx, 66 0F 7F /r Wx Vx', aligned, 'movdqa'),
  sse('NP 0F 10 /r Vx Wx, NP 0F 11 /r Wx Vx', unaligned, 'movups'),
  sse('66 0F 10 /r Vx Wx, 66 0F 11 /r Wx Vx', unaligned, 'movupd'),
  sse('F3 0F 6F /r Vx Wx, F3 0F 7F /r Wx Vx', unaligned, 'movdqu'),
  sse('NP 0F 2B /r Mx Vx', aligned, 'movntps'),
  sse('66 0F 2B /r Mx Vx', aligned, 'movntpd'),
  sse('66 0F E7 /r Mx Vx', aligned, 'movntdq'),
  sse('F3 0F 10 /r Vx Wd, F3 0F 11 /r Wd Vx', scalar(32), 'movss'),
  sse('F2 0F 10 /r Vx Wq, F2 0F 11 /r Wq Vx', scalar(64), 'movsd'),
];

function loadHalf(half: Half): Meaning {
  return (m, i) => {
    const value = readScalar(m, i.second, 64);
    if (i.first.kind === 'xmm') m.writeXmm(i.first.index, half, value);
  };
}

function storeHalf(half: Half): Meaning {
  return (m, i) => {
    if (i.second.kind === 'xmm') writeOperand(m, i.first, m.readXmm(i.second.index, half));
  };
}

/** The upper half of the source becomes the lower one. */
const highToLow: Meaning = (m, i) => {
  if (i.first.kind !== 'xmm' || i.second.kind !== 'xmm') return;
  m.writeXmm(i.first.index, 0, m.readXmm(i.second.index, 1));
};

const halves: readonly Definition[] = [
  sse('NP 0F 12 /r Vx Mq', loadHalf(0), 'movlps'),
  sse('NP 0F 13 /r Mq Vx', storeHalf(0), 'movlps'),
  sse('66 0F 12 /r Vx Mq', loadHalf(0), 'movlpd'),
  sse('66 0F 13 /r Mq Vx', storeHalf(0), 'movlpd'),
  sse('NP 0F 16 /r Vx Mq', loadHalf(1), 'movhps'),
  sse('NP 0F 17 /r Mq Vx', storeHalf(1), 'movhps'),
  sse('66 0F 16 /r Vx Mq', loadHalf(1), 'movhpd'),
  sse('66 0F 17 /r Mq Vx', storeHalf(1), 'movhpd'),
  sse('NP 0F 12 /r Vx Ux', highToLow, 'movhlps'),
  sse('NP 0F 16 /r Vx Ux', loadHalf(1), 'movlhps'),
];

/** A general register or memory of the operand's width; the rest of an XMM register is 0. */
const fromGeneral: Meaning = (m, i) => {
  const value = readOperand(m, i.second);
  writeCleared(m, i, m.zeroExtend(i.second.width, 64, value));
};

const toGeneral: Meaning = (m, i) => {
  const value = readScalar(m, i.second, i.first.width);
  writeOperand(m, i.first, value);
};

const quadword: Meaning = (m, i) => {
  const value = readScalar(m, i.second, 64);
  if (i.first.kind === 'memory') writeOperand(m, i.first, value);
  else writeCleared(m, i, value);
};

const single: readonly Definition[] = [
  sse('66 0F 6E /r Vx Ev', fromGeneral, 'movd|movd|movq'),
  sse('66 0F 7E /r Ev Vx', toGeneral, 'movd|movd|movq'),
  sse('F3 0F 7E /r Vx Wq, 66 0F D6 /r Wq Vx', quadword, 'movq'),
];

/** One bit for each element: its sign. */
function signs(width: 8 | 32 | 64): Meaning {
  return (m, i) => {
    const elements = elementsOf(m, width, readHalves(m, i.second));
    const mask = elements.reduce(
      (bits, element, k) => {
        const sign = m.shiftRight(width, element, m.constant(8, width - 1));
        const bit = m.zeroExtend(width, 64, sign);
        return m.or(64, bits, m.shiftLeft(64, bit, m.constant(8, k)));
      },
      m.constant(64, 0),
    );
    writeOperand(m, i.first, m.truncate(64, i.first.width, mask));
  };
}

const masks: readonly Definition[] = [
  sse('NP 0F 50 /r Gv Ux', signs(32), 'movmskps'),
  sse('66 0F 50 /r Gv Ux', signs(64), 'movmskpd'),
  sse('66 0F D7 /r Gv Ux', signs(8), 'pmovmskb'),
];

/** Bytes whose mask has its sign set go to where rDI points; all sixteen are checked. */
const maskedStore: Meaning = (m, i) => {
  const address = implicitAddress(m, i, RDI);
  const bytes = elementsOf(m, 8, readHalves(m, i.first));
  const chosen = elementsOf(m, 8, readHalves(m, i.second));
  const places = bytes.map((_, k) => m.add(64, address, m.constant(64, k)));
  m.probe(8, address, 'data', 'store');
  m.probe(8, m.add(64, address, m.constant(64, 8)), 'data', 'store');
  bytes.forEach((byte, k) => {
    const sign = m.shiftRight(8, chosen[k] ?? byte, m.constant(8, 7));
    const at = places[k] ?? address;
    m.when(m.truncate(8, 1, sign), () => m.store(8, at, byte, 'data'));
  });
};

/** MOVNTI moves a general register, and so needs no XMM registers. */
const movnti: Definition = {
  encoding: ['NP 0F C3 /r Mv Gv'],
  meaning(m, i) {
    const value = readOperand(m, i.second);
    writeOperand(m, i.first, value);
  },
  text: 'movnti',
};

function writeCleared<V>(m: Algebra<V>, i: Instruction, low: V): void {
  writeHalves(m, i.first, [low, m.constant(64, 0)]);
}

export const sseMoves: Family = {
  name: 'sse-moves',
  definitions: [
    ...[...whole, ...halves, ...single, ...masks],
    sse('66 0F F7 /r Vx Ux', maskedStore, 'maskmovdqu'),
    movnti,
  ],
};
