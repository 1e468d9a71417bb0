// Signed order and saturation, in the algebra: what packed integers need beyond its operations.
// Spec: cpu.md, "XMM registers".

import type { Algebra, OperandWidth } from './algebra.ts';

export function lessSigned<V>(m: Algebra<V>, width: OperandWidth, a: V, b: V): V {
  const sign = m.constant(width, 1n << BigInt(width - 1));
  return m.less(width, m.xor(width, a, sign), m.xor(width, b, sign));
}

/** The nearest number of half the width, signed or unsigned, to a signed one. */
export function saturate<V>(m: Algebra<V>, to: 8 | 16, value: V, target: 'signed' | 'unsigned'): V {
  const from = to === 8 ? 16 : 32;
  const [least, most] =
    target === 'signed'
      ? [-1n << BigInt(to - 1), (1n << BigInt(to - 1)) - 1n]
      : [0n, (1n << BigInt(to)) - 1n];
  const bound = (limit: bigint): V => m.constant(from, BigInt.asUintN(from, limit));
  const isBelow = lessSigned(m, from, value, bound(least));
  const isAbove = lessSigned(m, from, bound(most), value);
  const raised = m.select(from, isBelow, bound(least), value);
  return m.truncate(from, to, m.select(from, isAbove, bound(most), raised));
}
