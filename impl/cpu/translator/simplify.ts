// Rules that put a simpler expression in the place of one that always has the same value. The rules
// on comparisons undo what the recipes of flags spell out bit by bit, so that a compare and its
// branch become one comparison. Every rule is checked against the interpreter's arithmetic by
// test/cpu/translator. Spec: cpu.md, "Meaning".

import type { Width } from '../algebra.ts';
import { maskOf } from '../values.ts';
import { isConstant, type Node, type NodeMaker } from './node.ts';
import type { PureOperation } from './operations.ts';

/** The simpler expression, or undefined. Not all operands are constants. */
export function simplify(
  g: NodeMaker,
  operation: PureOperation,
  width: Width,
  operands: readonly Node[],
): Node | undefined {
  const [a, b, c] = operands;
  if (a === undefined) return undefined;
  if (b === undefined) return simplifyExtension(g, operation, width, a);
  if (operation === 'select') return c === undefined ? undefined : simplifySelect(a, b, c);
  if (COMMUTATIVE.has(operation) && a.operation === 'constant')
    return g.make(operation, width, b, a);
  switch (operation) {
    case 'add':
      return simplifyAdd(g, width, a, b);
    case 'subtract':
      if (a === b) return g.constant(width, 0n);
      if (b.operation !== 'constant') return undefined;
      return g.make('add', width, a, g.constant(width, BigInt.asUintN(width, -b.value)));
    case 'and':
      return simplifyAnd(g, width, a, b);
    case 'or':
      return simplifyOr(g, width, a, b);
    case 'xor':
      return simplifyXor(g, width, a, b);
    case 'shiftLeft':
    case 'shiftRight':
    case 'shiftRightSigned':
      return simplifyShift(g, operation, width, a, b);
    case 'equal':
      return simplifyEqual(g, a, b);
    case 'less':
      return a === b || isConstant(b, 0n) ? g.constant(1, 0n) : undefined;
    case 'lessSigned':
      return isConstant(b, 0n) ? simplifySign(g, a) : undefined;
    default:
      return undefined;
  }
}

function simplifyAdd(g: NodeMaker, width: Width, a: Node, b: Node): Node | undefined {
  if (b.operation !== 'constant') return undefined;
  if (b.value === 0n) return a;
  const [x, offset] = a.operands;
  if (a.operation !== 'add' || x === undefined || offset?.operation !== 'constant')
    return undefined;
  return g.make('add', width, x, g.make('add', width, offset, b));
}

function simplifyAnd(g: NodeMaker, width: Width, a: Node, b: Node): Node | undefined {
  if (a === b) return a;
  if (isNotOf(a, b) || isNotOf(b, a)) return g.constant(width, 0n);
  if (b.operation !== 'constant') return undefined;
  if (b.value === 0n) return b;
  const isLowMask = (b.value & (b.value + 1n)) === 0n;
  if (isLowMask && a.most <= b.value) return a;
  const [x, mask] = a.operands;
  if (x === undefined || mask?.operation !== 'constant') return undefined;
  if (a.operation === 'or') return simplifySetBits(g, width, { x, set: mask, mask: b });
  return a.operation === 'and' ? g.make('and', width, x, g.make('and', width, mask, b)) : undefined;
}

/** (x | set) & mask, where `set` has all bits of the mask, or none. */
function simplifySetBits(
  g: NodeMaker,
  width: Width,
  { x, set, mask }: { readonly x: Node; readonly set: Node; readonly mask: Node },
): Node | undefined {
  if ((set.value & mask.value) === mask.value) return mask;
  return (set.value & mask.value) === 0n ? g.make('and', width, x, mask) : undefined;
}

function simplifyOr(g: NodeMaker, width: Width, a: Node, b: Node): Node | undefined {
  if (a === b) return a;
  if (isConstant(b, 0n)) return a;
  if (isConstant(b, maskOf(width))) return b;
  if (width === 1) return simplifyNotGreater(g, a, b);
  return simplifyRotation(g, width, a, b);
}

function simplifyXor(g: NodeMaker, width: Width, a: Node, b: Node): Node | undefined {
  if (a === b) return g.constant(width, 0n);
  if (isConstant(b, 0n)) return a;
  if (width === 1) {
    const less = simplifySignedLess(g, a, b);
    if (less !== undefined) return less;
  }
  if (b.operation !== 'constant') return undefined;
  const [x, mask] = a.operands;
  if (a.operation !== 'xor' || x === undefined || mask?.operation !== 'constant') return undefined;
  return g.make('xor', width, x, g.make('xor', width, mask, b));
}

function simplifyShift(
  g: NodeMaker,
  operation: 'shiftLeft' | 'shiftRight' | 'shiftRightSigned',
  width: Width,
  a: Node,
  count: Node,
): Node | undefined {
  if (count.operation !== 'constant') return undefined;
  if (count.value === 0n) return a;
  if (count.value < BigInt(width)) return undefined;
  if (operation !== 'shiftRightSigned') return g.constant(width, 0n);
  const most = BigInt(width - 1);
  return count.value === most ? undefined : g.make(operation, width, a, g.constant(8, most));
}

function simplifyEqual(g: NodeMaker, a: Node, b: Node): Node | undefined {
  if (a === b) return g.constant(1, 1n);
  if (b.operation !== 'constant') return undefined;
  if (b.value > a.most) return g.constant(1, 0n);
  const [x, y] = a.operands;
  if (x === undefined) return undefined;
  if (a.width === 1) return b.value === 1n ? a : g.make('xor', 1, a, g.constant(1, 1n));
  if (a.operation === 'zeroExtend') {
    return g.make('equal', 1, x, g.constant(x.width, b.value));
  }
  if (y === undefined) return undefined;
  if (a.operation === 'add' && y.operation === 'constant') {
    return g.make('equal', 1, x, g.make('subtract', a.width, b, y));
  }
  const isComparison = a.operation === 'subtract' || a.operation === 'xor';
  return b.value === 0n && isComparison ? g.make('equal', 1, x, y) : undefined;
}

function simplifySelect(condition: Node, a: Node, b: Node): Node | undefined {
  if (a === b || isConstant(condition, 1n)) return a;
  return isConstant(condition, 0n) ? b : undefined;
}

function simplifyExtension(
  g: NodeMaker,
  operation: PureOperation,
  width: Width,
  a: Node,
): Node | undefined {
  if (operation === 'truncate') return simplifyTruncation(g, width, a);
  if (operation !== 'zeroExtend' && operation !== 'signExtend') return undefined;
  if (a.width === width) return a;
  const [x] = a.operands;
  if (x === undefined) return undefined;
  if (a.operation === operation || a.operation === 'zeroExtend') {
    return g.make(a.operation, width, x);
  }
  const isWhole = operation === 'zeroExtend' && a.operation === 'truncate';
  return isWhole && x.width === width && x.most <= maskOf(a.width) ? x : undefined;
}

function simplifyTruncation(g: NodeMaker, width: Width, a: Node): Node | undefined {
  if (a.width === width) return a;
  const [x, y] = a.operands;
  if (x === undefined) return undefined;
  switch (a.operation) {
    case 'zeroExtend':
    case 'signExtend':
      if (x.width >= width) return g.make('truncate', width, x);
      return g.make(a.operation, width, x);
    case 'truncate':
      return g.make('truncate', width, x);
    case 'and':
    case 'or':
      if (y === undefined || width === 1) return undefined;
      return g.make(a.operation, width, g.make('truncate', width, x), g.make('truncate', width, y));
    case 'shiftLeft':
      return y?.operation === 'constant' && y.value >= BigInt(width)
        ? g.constant(width, 0n)
        : undefined;
    case 'shiftRight': {
      const isSign = width === 1 && isConstant(y, BigInt(a.width - 1));
      return isSign ? g.make('lessSigned', 1, x, g.constant(x.width, 0n)) : undefined;
    }
    default:
      return undefined;
  }
}

/** (a << n) | (a >> (width - n)). */
function simplifyRotation(g: NodeMaker, width: Width, left: Node, right: Node): Node | undefined {
  const [x, count] = left.operands;
  const [same, back] = right.operands;
  const isRotation = left.operation === 'shiftLeft' && right.operation === 'shiftRight';
  if (!isRotation || width < 32 || x === undefined || x !== same) return undefined;
  if (count === undefined || back === undefined || count.most >= BigInt(width)) return undefined;
  const rest = g.make('subtract', 8, g.constant(8, BigInt(width)), count);
  return rest === back ? g.make('rotateLeft', width, x, count) : undefined;
}

/** The sign of what the recipes of CF put together from three values. */
function simplifySign(g: NodeMaker, sum: Node): Node | undefined {
  const [both, either] = sum.operands;
  const [p, q] = both?.operands ?? [];
  const [any, third] = either?.operands ?? [];
  if (sum.operation !== 'or' || both?.operation !== 'and' || either?.operation !== 'and') {
    return undefined;
  }
  if (any?.operation !== 'or' || any.operands[0] !== p || any.operands[1] !== q) return undefined;
  if (p === undefined || q === undefined || third === undefined) return undefined;
  return borrowOf(g, p, q, third) ?? borrowOf(g, q, p, third) ?? carryOf(g, p, q, third);
}

/** difference = a - b borrows when a < b. */
function borrowOf(g: NodeMaker, notA: Node, b: Node, difference: Node): Node | undefined {
  const a = g.make('xor', b.width, notA, g.constant(b.width, maskOf(b.width)));
  return g.make('subtract', b.width, a, b) === difference ? g.make('less', 1, a, b) : undefined;
}

/** sum = a + b carries when sum < a. */
function carryOf(g: NodeMaker, a: Node, b: Node, notSum: Node): Node | undefined {
  const sum = g.make('xor', a.width, notSum, g.constant(a.width, maskOf(a.width)));
  return g.make('add', a.width, a, b) === sum ? g.make('less', 1, sum, a) : undefined;
}

/** SF xor OF after a subtraction: a < b as signed numbers. */
function simplifySignedLess(g: NodeMaker, sign: Node, overflow: Node): Node | undefined {
  const [difference, zero] = sign.operands;
  const [changes] = overflow.operands;
  const isFlags = sign.operation === 'lessSigned' && overflow.operation === 'lessSigned';
  if (!isFlags || difference === undefined || !isConstant(zero, 0n)) return undefined;
  if (changes?.operation !== 'and' || !isConstant(overflow.operands[1], 0n)) return undefined;
  const [aXorB, aXorDifference] = changes.operands;
  const a = otherOperand(aXorDifference, difference);
  const b = a === undefined ? undefined : otherOperand(aXorB, a);
  if (a === undefined || b === undefined) return undefined;
  if (g.make('subtract', a.width, a, b) !== difference) return undefined;
  return g.make('lessSigned', 1, a, b);
}

function otherOperand(xor: Node | undefined, one: Node): Node | undefined {
  if (xor?.operation !== 'xor') return undefined;
  const [x, y] = xor.operands;
  if (x === one) return y;
  return y === one ? x : undefined;
}

/** a < b or a = b is not b < a. */
function simplifyNotGreater(g: NodeMaker, p: Node, q: Node): Node | undefined {
  const [less, equal] = p.operation === 'equal' ? [q, p] : [p, q];
  if (equal.operation !== 'equal') return undefined;
  if (less.operation !== 'less' && less.operation !== 'lessSigned') return undefined;
  const [a, b] = less.operands;
  const [x, y] = equal.operands;
  const isSame = (a === x && b === y) || (a === y && b === x);
  if (a === undefined || b === undefined || !isSame) return undefined;
  return g.make('xor', 1, g.make(less.operation, 1, b, a), g.constant(1, 1n));
}

function isNotOf(a: Node, b: Node): boolean {
  return a.operation === 'xor' && a.operands[0] === b && isConstant(a.operands[1], maskOf(b.width));
}

const COMMUTATIVE: ReadonlySet<PureOperation> = new Set<PureOperation>([
  ...(['add', 'multiply', 'and', 'or', 'xor', 'equal'] as const),
]);
