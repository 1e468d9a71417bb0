// The operations of the algebra that translated code can do only within bounds. Where the operands
// are beyond them the block is left, and the interpreter executes the instruction.
// Spec: cpu.md, "Meaning".

import type { Division, OperandWidth } from '../algebra.ts';
import { maskOf } from '../values.ts';
import { GraphValues } from './graph-values.ts';
import type { Node } from './node.ts';

export abstract class GuardedValues extends GraphValues {
  /**
   * Leaves the block before the instruction if the condition is 1. Returns whether it is 0 in all
   * of the block that follows; it may not be where the instruction only perhaps asked for it.
   */
  protected abstract leaveWhen(condition: Node): boolean;

  /** Leaves where the quotient does not fit, and for dividends of more than 64 bits. */
  divide(width: OperandWidth, high: Node, low: Node, divisor: Node): Division<Node> {
    const g = this.graph;
    if (width === 64) this.leaveWhen(this.not(1, this.equal(64, high, g.constant(64, 0n))));
    this.leaveWhen(this.not(1, this.less(width, high, divisor)));
    return {
      quotient: g.make('quotient', width, high, low, divisor),
      remainder: g.make('remainder', width, high, low, divisor),
      fits: g.constant(1, 1n),
    };
  }

  /** Leaves unless the dividend fits one operand and the divisor is neither 0 nor -1. */
  divideSigned(width: OperandWidth, high: Node, low: Node, divisor: Node): Division<Node> {
    const g = this.graph;
    const sign = this.shiftRightSigned(width, low, g.constant(8, BigInt(width - 1)));
    this.leaveWhen(this.not(1, this.equal(width, high, sign)));
    this.leaveWhen(this.equal(width, divisor, g.constant(width, 0n)));
    this.leaveWhen(this.equal(width, divisor, g.constant(width, maskOf(width))));
    return {
      quotient: g.make('quotientSigned', width, high, low, divisor),
      remainder: g.make('remainderSigned', width, high, low, divisor),
      fits: g.constant(1, 1n),
    };
  }
}
