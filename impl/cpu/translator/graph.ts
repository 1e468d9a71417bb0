// The values of a block as a graph of expressions: a node is made once for the same operation on
// the same operands, and what is constant is computed at once. It has no effects; those are in
// recorder.ts. Spec: cpu.md, "Meaning".

import type { Width } from '../algebra.ts';
import { maskOf } from '../values.ts';
import { DESCRIPTOR_INPUT, isPure, type Node, type NodeMaker, type Operation } from './node.ts';
import { evaluateOperation, type PureOperation } from './operations.ts';
import { simplify } from './simplify.ts';

export class Graph implements NodeMaker {
  /** While a recipe is evaluated. */
  isInRecipe = false;
  readonly #known = new Map<string, Node>();
  #count = 0;

  constant(width: Width, value: bigint): Node {
    return this.#intern('constant', width, [], value, value);
  }

  register(index: number): Node {
    return this.#intern('register', 64, [], BigInt(index), maskOf(64));
  }

  /** A status flag as it is at the entry of the block. */
  flag(flag: number): Node {
    return this.#intern('flag', 1, [], BigInt(flag), 1n);
  }

  /** A word of the descriptor of flags as it is at the entry of the block; word 0 is the site. */
  descriptor(word: number): Node {
    const width = word === 0 ? 32 : 64;
    return this.#intern('descriptor', width, [], BigInt(word), maskOf(width));
  }

  /** A special register, by its place in the page of state: no block changes one. */
  special(place: number, most: bigint): Node {
    return this.#intern('special', 64, [], BigInt(place), most);
  }

  /** Nodes made so far. */
  get size(): number {
    return this.#count;
  }

  /** What a load gave: a new node each time. */
  loaded(width: Width): Node {
    return this.#intern('loaded', width, [], BigInt(this.#count), maskOf(width));
  }

  make(operation: PureOperation, width: Width, ...operands: readonly Node[]): Node {
    const isConstant = operands.every((operand) => operand.operation === 'constant');
    if (isConstant) return this.constant(width, evaluateOperation(operation, width, operands));
    const simpler = simplify(this, operation, width, operands);
    if (simpler !== undefined) return simpler;
    return this.#intern(operation, width, operands, 0n, mostOf(operation, width, operands));
  }

  #intern(
    operation: Operation,
    width: Width,
    operands: readonly Node[],
    value: bigint,
    most: bigint,
  ): Node {
    let key = `${operation} ${width} ${value}`;
    for (const operand of operands) key += ` ${operand.id}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const id = this.#count;
    this.#count += 1;
    const isFromRecipe = this.isInRecipe && operands.length > 0;
    const entryFlags = entryFlagsOf(operation, value, operands);
    const isSteady = isPure(operation)
      ? operands.every((operand) => operand.isSteady)
      : operation === 'constant' || operation === 'special';
    const node = {
      id,
      operation,
      width,
      operands,
      value,
      most,
      entryFlags,
      isSteady,
      isFromRecipe,
    };
    this.#known.set(key, node);
    return node;
  }
}

function entryFlagsOf(operation: Operation, value: bigint, operands: readonly Node[]): number {
  if (operation === 'flag') return 1 << Number(value);
  if (operation === 'descriptor') return DESCRIPTOR_INPUT;
  return operands.reduce((all, operand) => all | operand.entryFlags, 0);
}

/** A bound that is cheap to know; shifts need it for their counts. */
function mostOf(operation: PureOperation, width: Width, operands: readonly Node[]): bigint {
  const [a, b, c] = operands;
  const mask = maskOf(width);
  switch (operation) {
    case 'and':
      return least(a?.most ?? mask, b?.most ?? mask);
    case 'zeroExtend':
    case 'truncate':
      return least(a?.most ?? mask, mask);
    case 'shiftRight':
      return b?.operation === 'constant' ? (a?.most ?? mask) >> least(b.value, 64n) : mask;
    case 'select':
      return (b?.most ?? mask) > (c?.most ?? mask) ? (b?.most ?? mask) : (c?.most ?? mask);
    default:
      return mask;
  }
}

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
