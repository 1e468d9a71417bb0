// SSE shuffles: interleaving, narrowing, choosing elements by an immediate, single words.
// Spec: cpu.md, "XMM registers".

import type { Half, OperandWidth } from '../algebra.ts';
import { elementsOf, elementsOfHalf, joinElements, joinHalf } from '../elements.ts';
import type { Definition, Family } from '../instruction.ts';
import { readOperand, writeOperand } from '../operands.ts';
import { saturate } from '../saturation.ts';
import { immediateOf, readHalves, writeHalves } from '../xmm-operands.ts';
import { type Meaning, sse } from './sse-paragraph.ts';

/** Elements of one half of destination and source in turn. */
function interleave(width: OperandWidth, half: Half): Meaning {
  return (m, i) => {
    const a = elementsOfHalf(m, width, readHalves(m, i.first)[half]);
    const b = elementsOfHalf(m, width, readHalves(m, i.second)[half]);
    const result = a.flatMap((x, k) => [x, b[k] ?? x]);
    writeHalves(m, i.first, joinElements(m, width, result));
  };
}

const interleavings: readonly Definition[] = [
  sse('66 0F 60 /r Vx Wx', interleave(8, 0), 'punpcklbw'),
  sse('66 0F 61 /r Vx Wx', interleave(16, 0), 'punpcklwd'),
  sse('66 0F 62 /r Vx Wx', interleave(32, 0), 'punpckldq'),
  sse('66 0F 6C /r Vx Wx', interleave(64, 0), 'punpcklqdq'),
  sse('66 0F 68 /r Vx Wx', interleave(8, 1), 'punpckhbw'),
  sse('66 0F 69 /r Vx Wx', interleave(16, 1), 'punpckhwd'),
  sse('66 0F 6A /r Vx Wx', interleave(32, 1), 'punpckhdq'),
  sse('66 0F 6D /r Vx Wx', interleave(64, 1), 'punpckhqdq'),
  sse('NP 0F 14 /r Vx Wx', interleave(32, 0), 'unpcklps'),
  sse('66 0F 14 /r Vx Wx', interleave(64, 0), 'unpcklpd'),
  sse('NP 0F 15 /r Vx Wx', interleave(32, 1), 'unpckhps'),
  sse('66 0F 15 /r Vx Wx', interleave(64, 1), 'unpckhpd'),
];

/** All elements of the destination, then all of the source, each in half its width. */
function narrow(to: 8 | 16, target: 'signed' | 'unsigned'): Meaning {
  const from = to === 8 ? 16 : 32;
  return (m, i) => {
    const a = elementsOf(m, from, readHalves(m, i.first));
    const b = elementsOf(m, from, readHalves(m, i.second));
    const result = [...a, ...b].map((value) => saturate(m, to, value, target));
    writeHalves(m, i.first, joinElements(m, to, result));
  };
}

const narrowings: readonly Definition[] = [
  sse('66 0F 63 /r Vx Wx', narrow(8, 'signed'), 'packsswb'),
  sse('66 0F 6B /r Vx Wx', narrow(16, 'signed'), 'packssdw'),
  sse('66 0F 67 /r Vx Wx', narrow(8, 'unsigned'), 'packuswb'),
];

/** Two bits of the immediate for each of four elements. */
function choose<V>(elements: readonly V[], immediate: number): V[] {
  return [0, 1, 2, 3].flatMap((k) => elements[(immediate >> (2 * k)) & 3] ?? []);
}

const chooseDoublewords: Meaning = (m, i) => {
  const elements = elementsOf(m, 32, readHalves(m, i.second));
  const result = choose(elements, immediateOf(i));
  writeHalves(m, i.first, joinElements(m, 32, result));
};

/** In one half; the other is moved as it is. */
function chooseWords(half: Half): Meaning {
  return (m, i) => {
    const [low, high] = readHalves(m, i.second);
    const elements = elementsOfHalf(m, 16, half === 0 ? low : high);
    const chosen = joinHalf(m, 16, choose(elements, immediateOf(i)));
    writeHalves(m, i.first, half === 0 ? [chosen, high] : [low, chosen]);
  };
}

/** The lower two from the destination, the upper two from the source. */
const chooseSingles: Meaning = (m, i) => {
  const a = choose(elementsOf(m, 32, readHalves(m, i.first)), immediateOf(i));
  const b = choose(elementsOf(m, 32, readHalves(m, i.second)), immediateOf(i));
  const result = [...a.slice(0, 2), ...b.slice(2)];
  writeHalves(m, i.first, joinElements(m, 32, result));
};

const chooseDoubles: Meaning = (m, i) => {
  const a = readHalves(m, i.first);
  const b = readHalves(m, i.second);
  const immediate = immediateOf(i);
  writeHalves(m, i.first, [a[(immediate & 1) === 0 ? 0 : 1], b[(immediate & 2) === 0 ? 0 : 1]]);
};

const choices: readonly Definition[] = [
  sse('66 0F 70 /r Vx Wx Ib', chooseDoublewords, 'pshufd'),
  sse('F3 0F 70 /r Vx Wx Ib', chooseWords(1), 'pshufhw'),
  sse('F2 0F 70 /r Vx Wx Ib', chooseWords(0), 'pshuflw'),
  sse('NP 0F C6 /r Vx Wx Ib', chooseSingles, 'shufps'),
  sse('66 0F C6 /r Vx Wx Ib', chooseDoubles, 'shufpd'),
];

const insertWord: Meaning = (m, i) => {
  const value = readOperand(m, i.second);
  const elements = elementsOf(m, 16, readHalves(m, i.first));
  elements[immediateOf(i) & 7] = value;
  writeHalves(m, i.first, joinElements(m, 16, elements));
};

const extractWord: Meaning = (m, i) => {
  const elements = elementsOf(m, 16, readHalves(m, i.second));
  const value = elements[immediateOf(i) & 7] ?? m.constant(16, 0);
  writeOperand(m, i.first, m.zeroExtend(16, i.first.width, value));
};

const words: readonly Definition[] = [
  sse('66 0F C4 /r Vx Ew Ib', insertWord, 'pinsrw'),
  sse('66 0F C5 /r Gv Ux Ib', extractWord, 'pextrw'),
];

export const sseShuffles: Family = {
  name: 'sse-shuffles',
  definitions: [...interleavings, ...narrowings, ...choices, ...words],
};
