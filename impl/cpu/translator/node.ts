// An expression of a block, and what makes expressions. Spec: cpu.md, "Meaning".

import type { Width } from '../algebra.ts';
import type { PureOperation } from './operations.ts';

export type Node = {
  /** Nodes are numbered in the order they are made: operands before results. */
  readonly id: number;
  readonly operation: Operation;
  readonly width: Width;
  readonly operands: readonly Node[];
  /** The value of a constant; the number of a register, a flag, a word of the descriptor or a
   * special register. */
  readonly value: bigint;
  /** No value of the node is greater. */
  readonly most: bigint;
  /** Which flags at the entry of the block it depends on, and whether on the descriptor. */
  readonly entryFlags: number;
  /** Made of constants and special registers alone, and so the same in all of a region. */
  readonly isSteady: boolean;
  /** Made for a recipe of flags, and so perhaps never needed. */
  readonly isFromRecipe: boolean;
};

export type Operation = PureOperation | SourceOperation;

/** What is there at the entry of a block, and what was loaded in it. */
export type SourceOperation =
  | ('constant' | 'register' | 'flag' | 'descriptor')
  | ('special' | 'loaded');

/** Bit of `entryFlags` for the descriptor; a flag has the bit of its number. */
export const DESCRIPTOR_INPUT: number = 1 << 12;

/** Makes the node of an operation, or a simpler one of the same value. */
export type NodeMaker = {
  constant(width: Width, value: bigint): Node;
  make(operation: PureOperation, width: Width, ...operands: readonly Node[]): Node;
};

export function isPure(operation: Operation): operation is PureOperation {
  return !SOURCES.has(operation);
}

export function isConstant(node: Node | undefined, value: bigint): boolean {
  return node?.operation === 'constant' && node.value === value;
}

const SOURCES: ReadonlySet<Operation> = new Set<Operation>([
  ...(['constant', 'register', 'flag', 'descriptor', 'special', 'loaded'] as const),
]);
