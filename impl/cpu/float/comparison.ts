// The order of two floating-point numbers. Spec: cpu.md, "Floating point".

import type { FloatOrder, FloatWidth } from '../algebra.ts';
import { DE, IE } from '../mxcsr.ts';
import { formatOf, isNan, type Unpacked, unpack } from './format.ts';

export function compare(
  width: FloatWidth,
  control: bigint,
  a: bigint,
  b: bigint,
): FloatOrder<bigint> {
  const format = formatOf(width);
  const x = unpack(format, control, a);
  const y = unpack(format, control, b);
  if (isNan(x) || isNan(y)) {
    const isInvalid = x.kind === 'signalling' || y.kind === 'signalling';
    return { less: 0n, equal: 0n, unordered: 1n, exceptions: isInvalid ? IE : 0n };
  }
  const [left, right] = [rankOf(x, width), rankOf(y, width)];
  return {
    less: left < right ? 1n : 0n,
    equal: left === right ? 1n : 0n,
    unordered: 0n,
    exceptions: x.isDenormal || y.isDenormal ? DE : 0n,
  };
}

/** The formats are such that greater numbers have greater magnitudes as integers. */
function rankOf(x: Unpacked, width: FloatWidth): bigint {
  const magnitude = BigInt.asUintN(width - 1, x.bits);
  return x.sign === 1 ? -magnitude : magnitude;
}
