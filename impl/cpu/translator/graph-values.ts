// The pure part of the algebra on expressions: it makes nodes of a graph, and computes nothing that
// is not constant. Spec: cpu.md, "Meaning".

import type { OperandWidth, Width } from '../algebra.ts';
import { maskOf } from '../values.ts';
import { Graph } from './graph.ts';
import type { Node } from './node.ts';

export class GraphValues {
  readonly graph: Graph = new Graph();

  constant(width: Width, value: number | bigint): Node {
    return this.graph.constant(width, BigInt.asUintN(width, BigInt(value)));
  }

  add(width: Width, a: Node, b: Node): Node {
    return this.graph.make('add', width, a, b);
  }

  subtract(width: Width, a: Node, b: Node): Node {
    return this.graph.make('subtract', width, a, b);
  }

  multiply(width: Width, a: Node, b: Node): Node {
    return this.graph.make('multiply', width, a, b);
  }

  multiplyHigh(width: OperandWidth, a: Node, b: Node): Node {
    return this.graph.make('multiplyHigh', width, a, b);
  }

  multiplyHighSigned(width: OperandWidth, a: Node, b: Node): Node {
    return this.graph.make('multiplyHighSigned', width, a, b);
  }

  and(width: Width, a: Node, b: Node): Node {
    return this.graph.make('and', width, a, b);
  }

  or(width: Width, a: Node, b: Node): Node {
    return this.graph.make('or', width, a, b);
  }

  xor(width: Width, a: Node, b: Node): Node {
    return this.graph.make('xor', width, a, b);
  }

  not(width: Width, a: Node): Node {
    return this.graph.make('xor', width, a, this.graph.constant(width, maskOf(width)));
  }

  shiftLeft(width: OperandWidth, a: Node, count: Node): Node {
    return this.graph.make('shiftLeft', width, a, count);
  }

  shiftRight(width: OperandWidth, a: Node, count: Node): Node {
    return this.graph.make('shiftRight', width, a, count);
  }

  shiftRightSigned(width: OperandWidth, a: Node, count: Node): Node {
    return this.graph.make('shiftRightSigned', width, a, count);
  }

  trailingZeros(width: OperandWidth, a: Node): Node {
    return this.graph.make('trailingZeros', width, a);
  }

  leadingZeros(width: OperandWidth, a: Node): Node {
    return this.graph.make('leadingZeros', width, a);
  }

  onesCount(width: OperandWidth, a: Node): Node {
    return this.graph.make('onesCount', width, a);
  }

  equal(_width: Width, a: Node, b: Node): Node {
    return this.graph.make('equal', 1, a, b);
  }

  less(_width: Width, a: Node, b: Node): Node {
    return this.graph.make('less', 1, a, b);
  }

  select(width: Width, condition: Node, whenTrue: Node, whenFalse: Node): Node {
    return this.graph.make('select', width, condition, whenTrue, whenFalse);
  }

  zeroExtend(_from: Width, to: Width, a: Node): Node {
    return this.graph.make('zeroExtend', to, a);
  }

  signExtend(_from: OperandWidth, to: OperandWidth, a: Node): Node {
    return this.graph.make('signExtend', to, a);
  }

  truncate(_from: Width, to: Width, a: Node): Node {
    return this.graph.make('truncate', to, a);
  }
}
