// SSE arithmetic on floating-point numbers, packed and scalar, and the comparisons.
// Spec: cpu.md, "Floating point".

import { type Algebra, CF, type Floating, type FloatWidth, PF, ZF } from '../algebra.ts';
import { elementsOf, joinElements, zipElements } from '../elements.ts';
import { STATUS_FLAGS } from '../flags.ts';
import type { Operation } from '../float/arithmetic.ts';
import type { Definition, Family, Instruction } from '../instruction.ts';
import { accrue, IE, readControl } from '../mxcsr.ts';
import { immediateOf, readHalves, readScalar, writeHalves, writeScalar } from '../xmm-operands.ts';
import { type Meaning, sse } from './sse-paragraph.ts';

/** From an element of the destination and one of the source. */
type Combine = <V>(
  m: Algebra<V>,
  width: FloatWidth,
  operands: { readonly a: V; readonly b: V; readonly i: Instruction },
) => Floating<V>;

/** All elements; their exceptions come together. */
function packed(width: FloatWidth, combine: Combine): Meaning {
  return (m, i) => {
    const a = elementsOf(m, width, readHalves(m, i.first));
    const b = elementsOf(m, width, readHalves(m, i.second));
    const results = zipElements(a, b, (x, y) => combine(m, width, { a: x, b: y, i }));
    const exceptions = results.map((result) => result.exceptions);
    accrue(
      m,
      exceptions.reduce((all, one) => m.or(8, all, one)),
    );
    const values = results.map((result) => result.value);
    writeHalves(m, i.first, joinElements(m, width, values));
  };
}

/** The lowest element alone; the others stay. */
function scalar(width: FloatWidth, combine: Combine): Meaning {
  return (m, i) => {
    const a = readScalar(m, i.first, width);
    const b = readScalar(m, i.second, width);
    const { value, exceptions } = combine(m, width, { a, b, i });
    accrue(m, exceptions);
    writeScalar(m, i.first, width, value);
  };
}

function computed(operation: Operation): Combine {
  return (m, width, { a, b }) => m.floatCompute(operation, width, readControl(m), a, b);
}

const add = computed('add');
const subtract = computed('subtract');
const multiply = computed('multiply');
const divide = computed('divide');
const root: Combine = (m, width, { b }) => m.floatSquareRoot(width, readControl(m), b);

const operations: readonly Definition[] = [
  sse('NP 0F 58 /r Vx Wx', packed(32, add), 'addps'),
  sse('66 0F 58 /r Vx Wx', packed(64, add), 'addpd'),
  sse('F3 0F 58 /r Vx Wd', scalar(32, add), 'addss'),
  sse('F2 0F 58 /r Vx Wq', scalar(64, add), 'addsd'),
  sse('NP 0F 5C /r Vx Wx', packed(32, subtract), 'subps'),
  sse('66 0F 5C /r Vx Wx', packed(64, subtract), 'subpd'),
  sse('F3 0F 5C /r Vx Wd', scalar(32, subtract), 'subss'),
  sse('F2 0F 5C /r Vx Wq', scalar(64, subtract), 'subsd'),
  sse('NP 0F 59 /r Vx Wx', packed(32, multiply), 'mulps'),
  sse('66 0F 59 /r Vx Wx', packed(64, multiply), 'mulpd'),
  sse('F3 0F 59 /r Vx Wd', scalar(32, multiply), 'mulss'),
  sse('F2 0F 59 /r Vx Wq', scalar(64, multiply), 'mulsd'),
  sse('NP 0F 5E /r Vx Wx', packed(32, divide), 'divps'),
  sse('66 0F 5E /r Vx Wx', packed(64, divide), 'divpd'),
  sse('F3 0F 5E /r Vx Wd', scalar(32, divide), 'divss'),
  sse('F2 0F 5E /r Vx Wq', scalar(64, divide), 'divsd'),
  sse('NP 0F 51 /r Vx Wx', packed(32, root), 'sqrtps'),
  sse('66 0F 51 /r Vx Wx', packed(64, root), 'sqrtpd'),
  sse('F3 0F 51 /r Vx Wd', scalar(32, root), 'sqrtss'),
  sse('F2 0F 51 /r Vx Wq', scalar(64, root), 'sqrtsd'),
];

/**
 * The architecture bounds the error; here it is that of one rounding for each operation. MXCSR is
 * neither asked nor changed.
 *
 * spec: cpu.float-estimates
 */
const reciprocal: Combine = (m, _width, { b }) => {
  const control = m.constant(32, ESTIMATE_CONTROL);
  const { value } = m.floatCompute('divide', 32, control, m.constant(32, ONE), b);
  return { value, exceptions: m.constant(8, 0) };
};

const reciprocalRoot: Combine = (m, width, { a, b, i }) => {
  const squareRoot = m.floatSquareRoot(32, m.constant(32, ESTIMATE_CONTROL), b);
  return reciprocal(m, width, { a, b: squareRoot.value, i });
};

const estimates: readonly Definition[] = [
  sse('NP 0F 53 /r Vx Wx', packed(32, reciprocal), 'rcpps'),
  sse('F3 0F 53 /r Vx Wd', scalar(32, reciprocal), 'rcpss'),
  sse('NP 0F 52 /r Vx Wx', packed(32, reciprocalRoot), 'rsqrtps'),
  sse('F3 0F 52 /r Vx Wd', scalar(32, reciprocalRoot), 'rsqrtss'),
];

/** The source for NaNs and for zeros, whatever their signs. */
const least: Combine = (m, width, { a, b }) => {
  const order = m.floatCompare(width, readControl(m), a, b);
  const value = withoutDenormal(m, width, m.select(width, order.less, a, b));
  return { value, exceptions: offendedByNan(m, order) };
};

const most: Combine = (m, width, { a, b }) => {
  const order = m.floatCompare(width, readControl(m), b, a);
  const value = withoutDenormal(m, width, m.select(width, order.less, a, b));
  return { value, exceptions: offendedByNan(m, order) };
};

/** With DAZ a denormal is a zero of its sign. */
function withoutDenormal<V>(m: Algebra<V>, width: FloatWidth, value: V): V {
  const { exponent, sign } = width === 32 ? SINGLE_FIELDS : DOUBLE_FIELDS;
  const field = m.and(width, value, m.constant(width, exponent));
  const isSmall = m.equal(width, field, m.constant(width, 0));
  const daz = m.shiftRight(32, readControl(m), m.constant(8, 6));
  const isZero = m.and(1, isSmall, m.truncate(32, 1, daz));
  return m.select(width, isZero, m.and(width, value, m.constant(width, sign)), value);
}

const extremes: readonly Definition[] = [
  sse('NP 0F 5D /r Vx Wx', packed(32, least), 'minps'),
  sse('66 0F 5D /r Vx Wx', packed(64, least), 'minpd'),
  sse('F3 0F 5D /r Vx Wd', scalar(32, least), 'minss'),
  sse('F2 0F 5D /r Vx Wq', scalar(64, least), 'minsd'),
  sse('NP 0F 5F /r Vx Wx', packed(32, most), 'maxps'),
  sse('66 0F 5F /r Vx Wx', packed(64, most), 'maxpd'),
  sse('F3 0F 5F /r Vx Wd', scalar(32, most), 'maxss'),
  sse('F2 0F 5F /r Vx Wq', scalar(64, most), 'maxsd'),
];

/** EQ LT LE UNORD, and from 4 their opposites; LT and LE are offended by any NaN. */
const compared: Combine = (m, width, { a, b, i }) => {
  const predicate = immediateOf(i) & 7;
  const order = m.floatCompare(width, readControl(m), a, b);
  const lessOrEqual = m.or(1, order.less, order.equal);
  const holds = [order.equal, order.less, lessOrEqual, order.unordered][predicate & 3];
  const condition = holds ?? order.equal;
  const zero = m.constant(width, 0);
  const ones = m.not(width, zero);
  const [whenTrue, whenFalse] = predicate < 4 ? [ones, zero] : [zero, ones];
  const isOrder = (predicate & 3) === 1 || (predicate & 3) === 2;
  return {
    value: m.select(width, condition, whenTrue, whenFalse),
    exceptions: isOrder ? offendedByNan(m, order) : order.exceptions,
  };
};

function offendedByNan<V>(m: Algebra<V>, order: { unordered: V; exceptions: V }): V {
  const invalid = m.select(8, order.unordered, m.constant(8, IE), m.constant(8, 0));
  return m.or(8, order.exceptions, invalid);
}

/** ZF PF CF for unordered, ZF for equal, CF for less; the others are 0. */
function flagged(width: FloatWidth, offended: 'signalling' | 'any'): Meaning {
  return (m, i) => {
    const a = readScalar(m, i.first, width);
    const b = readScalar(m, i.second, width);
    const order = m.floatCompare(width, readControl(m), a, b);
    accrue(m, offended === 'any' ? offendedByNan(m, order) : order.exceptions);
    m.writeFlags(STATUS_FLAGS, (flag) => {
      if (flag === ZF) return m.or(1, order.equal, order.unordered);
      if (flag === CF) return m.or(1, order.less, order.unordered);
      return flag === PF ? order.unordered : m.constant(1, 0);
    });
  };
}

const comparisons: readonly Definition[] = [
  sse('NP 0F C2 /r Vx Wx Ib', packed(32, compared), 'cmpps'),
  sse('66 0F C2 /r Vx Wx Ib', packed(64, compared), 'cmppd'),
  sse('F3 0F C2 /r Vx Wd Ib', scalar(32, compared), 'cmpss'),
  sse('F2 0F C2 /r Vx Wq Ib', scalar(64, compared), 'cmpsd'),
  sse('NP 0F 2E /r Vx Wd', flagged(32, 'signalling'), 'ucomiss'),
  sse('66 0F 2E /r Vx Wq', flagged(64, 'signalling'), 'ucomisd'),
  sse('NP 0F 2F /r Vx Wd', flagged(32, 'any'), 'comiss'),
  sse('66 0F 2F /r Vx Wq', flagged(64, 'any'), 'comisd'),
];

const SINGLE_FIELDS = { exponent: 0x7f80_0000n, sign: 0x8000_0000n };
const DOUBLE_FIELDS = { exponent: 0x7ff0_0000_0000_0000n, sign: 0x8000_0000_0000_0000n };

const ONE = 0x3f80_0000n;
/**
 * To the nearest, zeros for denormals on both sides, all exceptions masked, the flag for an inexact
 * result set: nobody is told of it.
 */
const ESTIMATE_CONTROL = 0x9fe0n;

export const sseArithmetic: Family = {
  name: 'sse-arithmetic',
  definitions: [...operations, ...estimates, ...extremes, ...comparisons],
};
