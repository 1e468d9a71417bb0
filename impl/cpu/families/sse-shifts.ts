// SSE shifts: of elements by a count for all of them, and of the whole register by bytes.
// Spec: cpu.md, "XMM registers".

import type { Algebra } from '../algebra.ts';
import { elementsOf, joinElements } from '../elements.ts';
import type { Definition, Family, Instruction } from '../instruction.ts';
import { immediateOf, readHalves, writeHalves } from '../xmm-operands.ts';
import { type Meaning, sse } from './sse-paragraph.ts';

type Shift = <V>(m: Algebra<V>, width: 16 | 32 | 64, a: V, count: V) => V;

const left: Shift = (m, w, a, count) => m.shiftLeft(w, a, count);
const right: Shift = (m, w, a, count) => m.shiftRight(w, a, count);
const rightSigned: Shift = (m, w, a, count) => m.shiftRightSigned(w, a, count);

function each(width: 16 | 32 | 64, shift: Shift): Meaning {
  return (m, i) => {
    const count = readCount(m, i);
    const elements = elementsOf(m, width, readHalves(m, i.first));
    const result = elements.map((element) => shift(m, width, element, count));
    writeHalves(m, i.first, joinElements(m, width, result));
  };
}

/** An immediate, or the lower half of the source: greater counts than 255 shift alike. */
function readCount<V>(m: Algebra<V>, i: Instruction): V {
  if (i.second.kind === 'immediate') return m.constant(8, i.second.value);
  const [count] = readHalves(m, i.second);
  const isGreat = m.less(64, m.constant(64, 255), count);
  return m.select(8, isGreat, m.constant(8, 255), m.truncate(64, 8, count));
}

/** A negative count shifts right. */
function bytes(direction: 1 | -1): Meaning {
  return (m, i) => {
    const count = Math.min(immediateOf(i), 16) * 8 * direction;
    const [low, high] = readHalves(m, i.first);
    const upper = m.or(64, shiftBy(m, high, count), shiftBy(m, low, count - 64));
    const lower = m.or(64, shiftBy(m, low, count), shiftBy(m, high, count + 64));
    writeHalves(
      m,
      i.first,
      direction === 1 ? [shiftBy(m, low, count), upper] : [lower, shiftBy(m, high, count)],
    );
  };
}

function shiftBy<V>(m: Algebra<V>, half: V, count: number): V {
  if (count >= 0) return m.shiftLeft(64, half, m.constant(8, count));
  return m.shiftRight(64, half, m.constant(8, BigInt(-count)));
}

const definitions: readonly Definition[] = [
  sse('66 0F F1 /r Vx Wx, 66 0F 71 /6 Ux Ib', each(16, left), 'psllw'),
  sse('66 0F F2 /r Vx Wx, 66 0F 72 /6 Ux Ib', each(32, left), 'pslld'),
  sse('66 0F F3 /r Vx Wx, 66 0F 73 /6 Ux Ib', each(64, left), 'psllq'),
  sse('66 0F D1 /r Vx Wx, 66 0F 71 /2 Ux Ib', each(16, right), 'psrlw'),
  sse('66 0F D2 /r Vx Wx, 66 0F 72 /2 Ux Ib', each(32, right), 'psrld'),
  sse('66 0F D3 /r Vx Wx, 66 0F 73 /2 Ux Ib', each(64, right), 'psrlq'),
  sse('66 0F E1 /r Vx Wx, 66 0F 71 /4 Ux Ib', each(16, rightSigned), 'psraw'),
  sse('66 0F E2 /r Vx Wx, 66 0F 72 /4 Ux Ib', each(32, rightSigned), 'psrad'),
  sse('66 0F 73 /7 Ux Ib', bytes(1), 'pslldq'),
  sse('66 0F 73 /3 Ux Ib', bytes(-1), 'psrldq'),
];

export const sseShifts: Family = { name: 'sse-shifts', definitions };
