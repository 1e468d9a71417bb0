// SSE integers: addition, subtraction, multiplication, order and logic on elements.
// Spec: cpu.md, "XMM registers".

import type { Algebra, OperandWidth } from '../algebra.ts';
import { elementsOf, elementsOfHalf, joinElements, zipElements } from '../elements.ts';
import type { Definition, Family } from '../instruction.ts';
import { lessSigned, saturate } from '../saturation.ts';
import { readHalves, writeHalves } from '../xmm-operands.ts';
import { type Meaning, sse } from './sse-paragraph.ts';

type Combine = <V>(m: Algebra<V>, width: OperandWidth, a: V, b: V) => V;

/** Destination and source, element by element. */
export function each(width: OperandWidth, combine: Combine): Meaning {
  return (m, i) => {
    const a = elementsOf(m, width, readHalves(m, i.first));
    const b = elementsOf(m, width, readHalves(m, i.second));
    const result = zipElements(a, b, (x, y) => combine(m, width, x, y));
    writeHalves(m, i.first, joinElements(m, width, result));
  };
}

const add: Combine = (m, w, a, b) => m.add(w, a, b);
const subtract: Combine = (m, w, a, b) => m.subtract(w, a, b);

const sums: readonly Definition[] = [
  sse('66 0F FC /r Vx Wx', each(8, add), 'paddb'),
  sse('66 0F FD /r Vx Wx', each(16, add), 'paddw'),
  sse('66 0F FE /r Vx Wx', each(32, add), 'paddd'),
  sse('66 0F D4 /r Vx Wx', each(64, add), 'paddq'),
  sse('66 0F F8 /r Vx Wx', each(8, subtract), 'psubb'),
  sse('66 0F F9 /r Vx Wx', each(16, subtract), 'psubw'),
  sse('66 0F FA /r Vx Wx', each(32, subtract), 'psubd'),
  sse('66 0F FB /r Vx Wx', each(64, subtract), 'psubq'),
];

/** Signed elements are added in twice their width. */
function eachSigned(width: 8 | 16, combine: Combine): Meaning {
  const wide = width === 8 ? 16 : 32;
  return each(width, (m, w, a, b) => {
    const result = combine(m, wide, m.signExtend(w, wide, a), m.signExtend(w, wide, b));
    return saturate(m, width, result, 'signed');
  });
}

const addUnsigned: Combine = (m, w, a, b) => {
  const sum = m.add(w, a, b);
  return m.select(w, m.less(w, sum, a), m.not(w, m.constant(w, 0)), sum);
};

const subtractUnsigned: Combine = (m, w, a, b) =>
  m.select(w, m.less(w, a, b), m.constant(w, 0), m.subtract(w, a, b));

const saturated: readonly Definition[] = [
  sse('66 0F EC /r Vx Wx', eachSigned(8, add), 'paddsb'),
  sse('66 0F ED /r Vx Wx', eachSigned(16, add), 'paddsw'),
  sse('66 0F DC /r Vx Wx', each(8, addUnsigned), 'paddusb'),
  sse('66 0F DD /r Vx Wx', each(16, addUnsigned), 'paddusw'),
  sse('66 0F E8 /r Vx Wx', eachSigned(8, subtract), 'psubsb'),
  sse('66 0F E9 /r Vx Wx', eachSigned(16, subtract), 'psubsw'),
  sse('66 0F D8 /r Vx Wx', each(8, subtractUnsigned), 'psubusb'),
  sse('66 0F D9 /r Vx Wx', each(16, subtractUnsigned), 'psubusw'),
];

/** The lower halves of elements of 64 bits. */
const multiplyLower: Combine = (m, _w, a, b) => {
  const lower = m.constant(64, 0xffff_ffffn);
  return m.multiply(64, m.and(64, a, lower), m.and(64, b, lower));
};

/** Two products of 16 bits each, added in 32. */
const multiplyAdd: Combine = (m, _w, a, b) => {
  const part = <V>(n: Algebra<V>, value: V, at: bigint): V =>
    n.signExtend(16, 32, n.truncate(32, 16, n.shiftRight(32, value, n.constant(8, at))));
  const low = m.multiply(32, part(m, a, 0n), part(m, b, 0n));
  return m.add(32, low, m.multiply(32, part(m, a, 16n), part(m, b, 16n)));
};

const products: readonly Definition[] = [
  sse(
    '66 0F D5 /r Vx Wx',
    each(16, (m, w, a, b) => m.multiply(w, a, b)),
    'pmullw',
  ),
  sse(
    '66 0F E5 /r Vx Wx',
    each(16, (m, _, a, b) => m.multiplyHighSigned(16, a, b)),
    'pmulhw',
  ),
  sse(
    '66 0F E4 /r Vx Wx',
    each(16, (m, _, a, b) => m.multiplyHigh(16, a, b)),
    'pmulhuw',
  ),
  sse('66 0F F4 /r Vx Wx', each(64, multiplyLower), 'pmuludq'),
  sse('66 0F F5 /r Vx Wx', each(32, multiplyAdd), 'pmaddwd'),
];

/** Rounded up. */
const average: Combine = (m, w, a, b) => {
  const sum = m.add(32, m.zeroExtend(w, 32, a), m.zeroExtend(w, 32, b));
  const rounded = m.add(32, sum, m.constant(32, 1));
  return m.truncate(32, w, m.shiftRight(32, rounded, m.constant(8, 1)));
};

const distance: Combine = (m, w, a, b) =>
  m.select(w, m.less(w, a, b), m.subtract(w, b, a), m.subtract(w, a, b));

/** The distances of the eight bytes of each half, added. */
const sumOfDistances: Combine = (m, _w, a, b) => {
  const distances = zipElements(elementsOfHalf(m, 8, a), elementsOfHalf(m, 8, b), (x, y) =>
    distance(m, 8, x, y),
  );
  return distances.reduce(
    (sum, one) => m.add(64, sum, m.zeroExtend(8, 64, one)),
    m.constant(64, 0),
  );
};

const averages: readonly Definition[] = [
  sse('66 0F E0 /r Vx Wx', each(8, average), 'pavgb'),
  sse('66 0F E3 /r Vx Wx', each(16, average), 'pavgw'),
  sse('66 0F F6 /r Vx Wx', each(64, sumOfDistances), 'psadbw'),
];

/** All ones for true. */
const equal: Combine = (m, w, a, b) => allOnes(m, w, m.equal(w, a, b));
const greater: Combine = (m, w, a, b) => allOnes(m, w, lessSigned(m, w, b, a));

function allOnes<V>(m: Algebra<V>, width: OperandWidth, condition: V): V {
  const zero = m.constant(width, 0);
  return m.select(width, condition, m.not(width, zero), zero);
}

const least: Combine = (m, w, a, b) => m.select(w, m.less(w, a, b), a, b);
const most: Combine = (m, w, a, b) => m.select(w, m.less(w, a, b), b, a);
const leastSigned: Combine = (m, w, a, b) => m.select(w, lessSigned(m, w, a, b), a, b);
const mostSigned: Combine = (m, w, a, b) => m.select(w, lessSigned(m, w, a, b), b, a);

const orders: readonly Definition[] = [
  sse('66 0F 74 /r Vx Wx', each(8, equal), 'pcmpeqb'),
  sse('66 0F 75 /r Vx Wx', each(16, equal), 'pcmpeqw'),
  sse('66 0F 76 /r Vx Wx', each(32, equal), 'pcmpeqd'),
  sse('66 0F 64 /r Vx Wx', each(8, greater), 'pcmpgtb'),
  sse('66 0F 65 /r Vx Wx', each(16, greater), 'pcmpgtw'),
  sse('66 0F 66 /r Vx Wx', each(32, greater), 'pcmpgtd'),
  sse('66 0F DA /r Vx Wx', each(8, least), 'pminub'),
  sse('66 0F DE /r Vx Wx', each(8, most), 'pmaxub'),
  sse('66 0F EA /r Vx Wx', each(16, leastSigned), 'pminsw'),
  sse('66 0F EE /r Vx Wx', each(16, mostSigned), 'pmaxsw'),
];

const and = each(64, (m, w, a, b) => m.and(w, a, b));
/** The destination is complemented, not the source. */
const andNot = each(64, (m, w, a, b) => m.and(w, m.not(w, a), b));
const or = each(64, (m, w, a, b) => m.or(w, a, b));
const xor = each(64, (m, w, a, b) => m.xor(w, a, b));

const logic: readonly Definition[] = [
  sse('NP 0F 54 /r Vx Wx', and, 'andps'),
  sse('66 0F 54 /r Vx Wx', and, 'andpd'),
  sse('66 0F DB /r Vx Wx', and, 'pand'),
  sse('NP 0F 55 /r Vx Wx', andNot, 'andnps'),
  sse('66 0F 55 /r Vx Wx', andNot, 'andnpd'),
  sse('66 0F DF /r Vx Wx', andNot, 'pandn'),
  sse('NP 0F 56 /r Vx Wx', or, 'orps'),
  sse('66 0F 56 /r Vx Wx', or, 'orpd'),
  sse('66 0F EB /r Vx Wx', or, 'por'),
  sse('NP 0F 57 /r Vx Wx', xor, 'xorps'),
  sse('66 0F 57 /r Vx Wx', xor, 'xorpd'),
  sse('66 0F EF /r Vx Wx', xor, 'pxor'),
];

export const sseIntegers: Family = {
  name: 'sse-integers',
  definitions: [...sums, ...saturated, ...products, ...averages, ...orders, ...logic],
};
