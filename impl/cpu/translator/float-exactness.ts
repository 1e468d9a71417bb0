// Whether the result of an operation may differ from the exact one, as an expression. It may say so
// of a result that is exact, never the other way round; operands and results are normal numbers or
// zeros, rounded to the nearest. Spec: cpu.md, "Floating point".

import type { FloatWidth } from '../algebra.ts';
import type { GraphValues } from './graph-values.ts';
import type { Node } from './node.ts';

type Operands = { readonly a: Node; readonly b: Node; readonly value: Node };

/** What the rounding took away, computed without rounding: Knuth's 2Sum. */
export function isSumInexact(
  m: GraphValues,
  width: FloatWidth,
  operation: 'add' | 'subtract',
  { a, b, value }: Operands,
): Node {
  const g = m.graph;
  const part = g.make('floatSubtract', width, value, a);
  const rest = g.make('floatSubtract', width, value, part);
  const first = g.make('floatSubtract', width, a, rest);
  const error =
    operation === 'add'
      ? g.make('floatAdd', width, first, g.make('floatSubtract', width, b, part))
      : g.make('floatSubtract', width, first, g.make('floatAdd', width, b, part));
  return differs(m, error, m.constant(width, 0));
}

/** Singles multiply exactly as doubles; of doubles the bits that are used are counted. */
export function isProductInexact(
  m: GraphValues,
  width: FloatWidth,
  { a, b, value }: Operands,
): Node {
  if (width === 32) return differs(m, productOfSingles(m, a, b), toDouble(m, value));
  const [x, y] = [zerosBelow(m, a), zerosBelow(m, b)];
  const isLong = m.less(64, m.add(64, x, y), m.constant(64, SIGNIFICAND_BITS));
  const isPower = m.or(1, isPowerOfTwo(m, x), isPowerOfTwo(m, y));
  return m.and(1, isLong, m.not(1, isPower));
}

/** Whether the product that must give `whole` may not be just that: for quotients and roots. */
export function isFactorInexact(
  m: GraphValues,
  width: FloatWidth,
  { whole, factors }: { readonly whole: Node; readonly factors: readonly [Node, Node] },
): Node {
  const [a, b] = factors;
  if (width === 32) return differs(m, productOfSingles(m, a, b), toDouble(m, whole));
  const product = m.graph.make('floatMultiply', 64, a, b);
  const isRounded = isProductInexact(m, width, { a, b, value: product });
  return m.or(1, isRounded, differs(m, product, whole));
}

/** A double that was made a single. */
export function isSingleInexact(m: GraphValues, a: Node, value: Node): Node {
  return differs(m, toDouble(m, value), a);
}

/** An integer of more bits than the significand has. */
export function isIntegerInexact(m: GraphValues, from: 32 | 64, to: FloatWidth, a: Node): Node {
  const bound = to === 64 ? 1n << 53n : 1n << 24n;
  const moved = m.add(from, a, m.constant(from, bound));
  return m.not(1, m.less(from, moved, m.constant(from, 2n * bound)));
}

/** A number that was made an integer. */
export function isRoundedToInteger(m: GraphValues, width: FloatWidth, a: Node, value: Node): Node {
  return differs(m, m.graph.make('floatFromInteger', width, value), a);
}

function differs(m: GraphValues, a: Node, b: Node): Node {
  return m.not(1, m.graph.make('floatEqual', 1, a, b));
}

function toDouble(m: GraphValues, single: Node): Node {
  return m.graph.make('floatConvert', 64, single);
}

function productOfSingles(m: GraphValues, a: Node, b: Node): Node {
  return m.graph.make('floatMultiply', 64, toDouble(m, a), toDouble(m, b));
}

/** Bits at the lower end of a significand that are 0. */
function zerosBelow(m: GraphValues, double: Node): Node {
  const fraction = m.and(64, double, m.constant(64, LEADING_BIT - 1n));
  return m.trailingZeros(64, m.or(64, fraction, m.constant(64, LEADING_BIT)));
}

function isPowerOfTwo(m: GraphValues, zeros: Node): Node {
  return m.equal(64, zeros, m.constant(64, SIGNIFICAND_BITS - 1n));
}

const SIGNIFICAND_BITS = 53n;
const LEADING_BIT = 1n << 52n;
