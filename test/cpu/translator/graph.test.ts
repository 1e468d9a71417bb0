// Expressions that the graph simplifies have the value that the interpreter's arithmetic computes
// step by step. The same random operations are made on a graph, over two registers, and on numbers.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OperandWidth } from '../../../impl/cpu/algebra.ts';
import { Graph } from '../../../impl/cpu/translator/graph.ts';
import { isPure, type Node } from '../../../impl/cpu/translator/node.ts';
import { evaluateOperation, type PureOperation } from '../../../impl/cpu/translator/operations.ts';
import { maskOf } from '../../../impl/cpu/values.ts';

const BINARY: readonly PureOperation[] = [
  ...(['add', 'subtract', 'multiply', 'and', 'or', 'xor'] as const),
  ...(['shiftLeft', 'shiftRight', 'shiftRightSigned', 'equal', 'less', 'lessSigned'] as const),
];

type Pair = { readonly node: Node; readonly value: bigint };

/** The value of an expression, given the registers. */
function evaluate(node: Node, registers: readonly bigint[]): bigint {
  const { operation, operands, width } = node;
  if (operation === 'constant') return node.value;
  if (!isPure(operation)) return registers[Number(node.value)] ?? 0n;
  const values = operands.map((each) => ({ width: each.width, value: evaluate(each, registers) }));
  return evaluateOperation(operation, width, values);
}

/** One operation on what is already there, chosen by two numbers. */
function extend(
  g: Graph,
  pairs: Pair[],
  width: OperandWidth,
  [kind, choice]: [number, number],
): void {
  const pick = (k: number): Pair =>
    pairs[k % pairs.length] ?? { node: g.constant(64, 0n), value: 0n };
  const a = narrow(g, pick(choice), width);
  const b = narrow(g, choice % 5 === 0 ? constant(g, choice) : pick(choice >> 4), width);
  const operation = BINARY[kind % BINARY.length] ?? 'add';
  const isShift = operation.startsWith('shift');
  const second = isShift ? narrow(g, b, 8) : b;
  const result = BINARY.indexOf(operation) >= 9 ? 1 : width;
  const operands = [a, second].map(({ node, value }) => ({ width: node.width, value }));
  const value = evaluateOperation(operation, result, operands);
  const node = g.make(operation, result, a.node, second.node);
  pairs.push({ node: g.make('zeroExtend', 64, node), value });
}

function constant(g: Graph, choice: number): Pair {
  const value = [0n, 1n, 0x80n, maskOf(64), 0xffff_ff00n][choice % 5] ?? 0n;
  return { node: g.constant(64, value), value };
}

function narrow(g: Graph, { node, value }: Pair, width: OperandWidth): Pair {
  return { node: g.make('truncate', width, node), value: value & maskOf(width) };
}

describe('graph', () => {
  it('keeps the value of every expression that it simplifies', () => {
    const word = fc.bigInt({ min: 0n, max: maskOf(64) });
    const register = fc.oneof(word, fc.constantFrom(0n, 1n, 0x80n, 0x8000_0000n, 1n << 63n));
    const step = fc.tuple(fc.nat(1000), fc.nat(1000));
    const width = fc.constantFrom<OperandWidth>(8, 16, 32, 64);
    fc.assert(
      fc.property(register, register, fc.array(fc.tuple(width, step)), (a, b, steps) => {
        const g = new Graph();
        const pairs: Pair[] = [a, b].map((value, k) => ({ node: g.register(k), value }));
        for (const [w, choice] of steps) extend(g, pairs, w, choice);
        for (const { node, value } of pairs) expect(evaluate(node, [a, b])).toBe(value);
      }),
      { numRuns: 2000 },
    );
  });

  it('makes one comparison of a compare and its branch', () => {
    const g = new Graph();
    const [a, b] = [g.register(0), g.register(1)];
    const difference = g.make('subtract', 64, a, b);
    const zero = g.constant(64, 0n);
    const sign = g.make('lessSigned', 1, difference, zero);
    const changes = g.make('and', 64, g.make('xor', 64, a, b), g.make('xor', 64, a, difference));
    const overflow = g.make('lessSigned', 1, changes, zero);
    expect(g.make('xor', 1, sign, overflow)).toBe(g.make('lessSigned', 1, a, b));
    expect(g.make('equal', 1, difference, zero)).toBe(g.make('equal', 1, a, b));
  });
});
