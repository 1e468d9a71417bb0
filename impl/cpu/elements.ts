// Elements: the equal parts of 128 bits on which a packed instruction works, the lowest first.
// Spec: cpu.md, "XMM registers".

import type { Algebra, OperandWidth } from './algebra.ts';
import type { Halves } from './xmm-operands.ts';

/** All elements of 128 bits. */
export function elementsOf<V>(m: Algebra<V>, width: OperandWidth, [low, high]: Halves<V>): V[] {
  return [...elementsOfHalf(m, width, low), ...elementsOfHalf(m, width, high)];
}

export function elementsOfHalf<V>(m: Algebra<V>, width: OperandWidth, half: V): V[] {
  if (width === 64) return [half];
  return Array.from({ length: 64 / width }, (_, k) =>
    m.truncate(64, width, m.shiftRight(64, half, m.constant(8, k * width))),
  );
}

/** Puts them together again. */
export function joinElements<V>(
  m: Algebra<V>,
  width: OperandWidth,
  elements: readonly V[],
): Halves<V> {
  const count = 64 / width;
  return [joinHalf(m, width, elements.slice(0, count)), joinHalf(m, width, elements.slice(count))];
}

/** What is missing at the upper end is 0. */
export function joinHalf<V>(m: Algebra<V>, width: OperandWidth, elements: readonly V[]): V {
  return (
    elements.reduce((half: V | undefined, element, k) => {
      const wide = m.zeroExtend(width, 64, element);
      if (half === undefined) return wide;
      return m.or(64, half, m.shiftLeft(64, wide, m.constant(8, k * width)));
    }, undefined) ?? m.constant(64, 0)
  );
}

/** From each two elements at the same place. */
export function zipElements<V, Result>(
  a: readonly V[],
  b: readonly V[],
  combine: (x: V, y: V) => Result,
): Result[] {
  return a.map((x, k) => combine(x, b[k] ?? x));
}
