// Emits the expressions of a block. 64-bit values are i64, all others i32 and always below 2^width.
// A number that is computed as one is f32 or f64, and its bits are taken where they are asked for.
// What is used more than once goes to a local of its own; what only a way out needs is computed
// there. Spec: cpu.md, "Meaning".

import { OP, type ValueType } from './encoder.ts';
import { typeOf } from './float-operations.ts';
import type { FunctionWriter } from './function-writer.ts';
import type { Node } from './node.ts';
import { OperationWriter, type ProductFunctions } from './operation-writer.ts';

/** Where values are that need no computing, and the functions that expressions call. */
export type Sources = ProductFunctions & { find(node: Node): number | undefined };

export class NodeWriter {
  readonly #to: FunctionWriter;
  readonly #sources: Sources;
  readonly #operations: OperationWriter;
  readonly #pools: Record<ValueType, { locals: number[]; used: number }> = {
    i32: { locals: [], used: 0 },
    i64: { locals: [], used: 0 },
    f32: { locals: [], used: 0 },
    f64: { locals: [], used: 0 },
  };
  #uses = new Map<Node, number>();
  #known = new Map<Node, number>();
  /** Nodes that became known in the conditional code that is being written. */
  #knownWithin: Node[] | undefined;

  constructor(to: FunctionWriter, sources: Sources) {
    this.#to = to;
    this.#sources = sources;
    this.#operations = new OperationWriter(to, this, sources);
  }

  /** Begins a block, given how often each of its nodes is used. */
  begin(uses: Map<Node, number>): void {
    this.#uses = uses;
    this.#known = new Map();
    for (const pool of Object.values(this.#pools)) pool.used = 0;
  }

  /** What `write` computes is known only within: that code may not be executed. */
  within(write: () => void): void {
    const outer = this.#knownWithin;
    this.#knownWithin = [];
    write();
    for (const node of this.#knownWithin) this.#known.delete(node);
    this.#knownWithin = outer;
  }

  /** Puts the value of a node on the stack, a number as its bits. */
  write(node: Node): void {
    const type = this.#writeAsItIs(node);
    if (type === 'f64') this.#to.op(OP.i64ReinterpretF64);
    if (type === 'f32') this.#to.op(OP.i32ReinterpretF32);
  }

  /** Puts it there as a number. */
  writeNumber(node: Node): void {
    const type = this.#writeAsItIs(node);
    if (type === 'i64') this.#to.op(OP.f64ReinterpretI64);
    if (type === 'i32') this.#to.op(OP.f32ReinterpretI32);
  }

  #writeAsItIs(node: Node): ValueType {
    const to = this.#to;
    const local = this.#localOf(node);
    if (local !== undefined) {
      to.get(local);
      return to.typeOf(local);
    }
    const type = typeOf(node);
    if (node.operation === 'constant') {
      if (node.width === 64) to.i64(node.value);
      else to.i32(Number(node.value));
      return type;
    }
    this.#operations.compute(node);
    if ((this.#uses.get(node) ?? 0) > 1) to.tee(this.hold(node));
    return type;
  }

  /** Computes a node so that its value is there for the rest of the block. */
  keep(node: Node): void {
    if (node.operation === 'constant' || this.#localOf(node) !== undefined) return;
    this.#operations.compute(node);
    this.#to.set(this.hold(node));
  }

  /** Computes a node outside of all blocks. */
  computeTo(local: number, node: Node): void {
    this.begin(new Map());
    this.#operations.compute(node);
    this.#to.set(local);
  }

  /** Gives a node a local for the rest of the block, which the caller sets. */
  hold(node: Node): number {
    const type = typeOf(node);
    const pool = this.#pools[type];
    const local = pool.locals[pool.used] ?? this.#to.addLocal(type);
    pool.locals[pool.used] = local;
    pool.used += 1;
    this.#known.set(node, local);
    this.#knownWithin?.push(node);
    return local;
  }

  /** Sets locals to nodes all at once: no value sees another's new one. */
  assign(pairs: readonly (readonly [local: number, node: Node])[]): void {
    for (const [local, node] of pairs) {
      if (this.#to.typeOf(local) === 'f64') this.writeNumber(node);
      else this.write(node);
    }
    for (const [local] of pairs.toReversed()) this.#to.set(local);
  }

  #localOf(node: Node): number | undefined {
    return this.#known.get(node) ?? this.#sources.find(node);
  }
}
