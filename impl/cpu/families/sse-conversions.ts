// SSE conversions between the two floating-point formats and integers.
// Spec: cpu.md, "Floating point".

import type { Algebra, Floating, FloatWidth } from '../algebra.ts';
import { elementsOf, elementsOfHalf, joinElements, joinHalf } from '../elements.ts';
import type { Definition, Family, Instruction } from '../instruction.ts';
import { accrue, readControl, readTruncatingControl } from '../mxcsr.ts';
import { readOperand, writeOperand } from '../operands.ts';
import { readHalves, readScalar, writeHalves, writeScalar } from '../xmm-operands.ts';
import { type Meaning, sse } from './sse-paragraph.ts';

type Convert = <V>(m: Algebra<V>, a: V) => Floating<V>;

const toDouble: Convert = (m, a) => m.floatConvert(32, readControl(m), a);
const toSingle: Convert = (m, a) => m.floatConvert(64, readControl(m), a);

function fromInteger(to: FloatWidth): Convert {
  return (m, a) => m.floatFromInteger(32, to, readControl(m), a);
}

function toInteger(from: FloatWidth): Convert {
  return (m, a) => m.floatToInteger(from, 32, readControl(m), a);
}

function toIntegerTruncated(from: FloatWidth): Convert {
  return (m, a) => m.floatToInteger(from, 32, readTruncatingControl(m), a);
}

/** Elements of 32 bits to elements of 32 bits. */
function packed(convert: Convert): Meaning {
  return (m, i) => {
    const source = elementsOf(m, 32, readHalves(m, i.second));
    const values = convertAll(m, source, convert);
    writeHalves(m, i.first, joinElements(m, 32, values));
  };
}

/** The lower two elements of 32 bits to elements of 64. */
function widening(convert: Convert): Meaning {
  return (m, i) => {
    const source = elementsOfHalf(m, 32, readScalar(m, i.second, 64));
    const values = convertAll(m, source, convert);
    writeHalves(m, i.first, joinElements(m, 64, values));
  };
}

/** Elements of 64 bits to the lower two of 32; the upper half is 0. */
function narrowing(convert: Convert): Meaning {
  return (m, i) => {
    const values = convertAll(m, readHalves(m, i.second), convert);
    writeHalves(m, i.first, [joinHalf(m, 32, values), m.constant(64, 0)]);
  };
}

function convertAll<V>(m: Algebra<V>, source: readonly V[], convert: Convert): V[] {
  const results = source.map((a) => convert(m, a));
  const exceptions = results.map((result) => result.exceptions);
  accrue(
    m,
    exceptions.reduce((all, one) => m.or(8, all, one)),
  );
  return results.map((result) => result.value);
}

const packedConversions: readonly Definition[] = [
  sse('NP 0F 5A /r Vx Wq', widening(toDouble), 'cvtps2pd'),
  sse('66 0F 5A /r Vx Wx', narrowing(toSingle), 'cvtpd2ps'),
  sse('NP 0F 5B /r Vx Wx', packed(fromInteger(32)), 'cvtdq2ps'),
  sse('66 0F 5B /r Vx Wx', packed(toInteger(32)), 'cvtps2dq'),
  sse('F3 0F 5B /r Vx Wx', packed(toIntegerTruncated(32)), 'cvttps2dq'),
  sse('F3 0F E6 /r Vx Wq', widening(fromInteger(64)), 'cvtdq2pd'),
  sse('F2 0F E6 /r Vx Wx', narrowing(toInteger(64)), 'cvtpd2dq'),
  sse('66 0F E6 /r Vx Wx', narrowing(toIntegerTruncated(64)), 'cvttpd2dq'),
];

/** Between the formats; the rest of the register stays. */
function scalar(from: FloatWidth, convert: Convert): Meaning {
  return (m, i) => {
    const source = readScalar(m, i.second, from);
    const { value, exceptions } = convert(m, source);
    accrue(m, exceptions);
    writeScalar(m, i.first, from === 32 ? 64 : 32, value);
  };
}

function scalarFromInteger(to: FloatWidth): Meaning {
  return (m, i) => {
    const source = readOperand(m, i.second);
    const result = m.floatFromInteger(integerWidth(i), to, readControl(m), source);
    accrue(m, result.exceptions);
    writeScalar(m, i.first, to, result.value);
  };
}

function scalarToInteger(from: FloatWidth, rounding: 'control' | 'truncate'): Meaning {
  return (m, i) => {
    const source = readScalar(m, i.second, from);
    const control = rounding === 'control' ? readControl(m) : readTruncatingControl(m);
    const result = m.floatToInteger(from, integerWidth(i), control, source);
    accrue(m, result.exceptions);
    writeOperand(m, i.first, result.value);
  };
}

function integerWidth(i: Instruction): 32 | 64 {
  return i.width === 64 ? 64 : 32;
}

const scalarConversions: readonly Definition[] = [
  sse('F3 0F 5A /r Vx Wd', scalar(32, toDouble), 'cvtss2sd'),
  sse('F2 0F 5A /r Vx Wq', scalar(64, toSingle), 'cvtsd2ss'),
  sse('F3 0F 2A /r Vx Ev', scalarFromInteger(32), 'cvtsi2ss'),
  sse('F2 0F 2A /r Vx Ev', scalarFromInteger(64), 'cvtsi2sd'),
  sse('F3 0F 2D /r Gv Wd', scalarToInteger(32, 'control'), 'cvtss2si'),
  sse('F2 0F 2D /r Gv Wq', scalarToInteger(64, 'control'), 'cvtsd2si'),
  sse('F3 0F 2C /r Gv Wd', scalarToInteger(32, 'truncate'), 'cvttss2si'),
  sse('F2 0F 2C /r Gv Wq', scalarToInteger(64, 'truncate'), 'cvttsd2si'),
];

export const sseConversions: Family = {
  name: 'sse-conversions',
  definitions: [...packedConversions, ...scalarConversions],
};
