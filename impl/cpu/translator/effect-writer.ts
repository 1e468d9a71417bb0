// Emits what a block does beside computing values: the budget, guards, loads and stores, each with
// its way out, which leaves the state as it is before an instruction. Spec: cpu.md, "Position".

import { assert } from '../../base/assert.ts';
import type { Block } from './block.ts';
import { OP } from './encoder.ts';
import type { FunctionWriter, Label } from './function-writer.ts';
import { LINE_BYTES_LOG2, MARKS_AT } from './guest-memory.ts';
import type { Node } from './node.ts';
import type { NodeWriter } from './node-writer.ts';
import type { Effect, ExitState } from './recorder.ts';
import type { RegionLocals } from './region-locals.ts';

export type RamLayout = { readonly ramAt: number; readonly ramBytes: number };

/** What the parts of a region's function share. */
export type RegionParts = {
  readonly to: FunctionWriter;
  readonly nodes: NodeWriter;
  readonly locals: RegionLocals;
  /** The local with the steps that are left. */
  readonly left: number;
  /** The end of the region. */
  readonly exit: Label;
  readonly ram: RamLayout;
  /** The function that says whether code lies at an address: (address, bytes) -> 1 or 0. */
  readonly holdsCode: number;
};

export class EffectWriter {
  readonly #to: FunctionWriter;
  readonly #nodes: NodeWriter;
  readonly #parts: RegionParts;
  /** Steps of the block: those behind a way out are given back. */
  #count = 0;

  constructor(parts: RegionParts) {
    this.#to = parts.to;
    this.#nodes = parts.nodes;
    this.#parts = parts;
  }

  writeAll(block: Block): void {
    this.#count = block.end.done;
    this.#writeBudget(block);
    for (const effect of block.effects) this.#write(effect);
  }

  /** spec: cpu.budget-is-exact */
  #writeBudget({ address }: Block): void {
    const to = this.#to;
    to.get(this.#parts.left);
    to.i32(this.#count);
    to.op(OP.i32Sub);
    to.tee(this.#parts.left);
    to.i32(0);
    to.op(OP.i32LtS);
    to.if();
    this.#giveBack(this.#count);
    this.leaveAt(BigInt(address));
    to.end();
  }

  #write(effect: Effect): void {
    switch (effect.kind) {
      case 'guard':
        this.#guard(effect.condition, effect.exit);
        break;
      case 'hold':
        this.#nodes.keep(effect.value);
        break;
      case 'range':
        this.#predicated(effect.predicate, () => {
          this.#nodes.write(effect.address);
          this.#to.i64(BigInt(Math.max(0, this.#parts.ram.ramBytes - effect.bytes + 1)));
          this.#to.op(OP.i64GeU);
          this.#leaveIf(effect.exit);
        });
        break;
      case 'load': {
        const local = this.#nodes.hold(effect.result);
        this.#predicated(effect.predicate, () => {
          this.#writeAddress(effect.address);
          this.#to.access(accessOpcode(LOADS, effect.result), this.#parts.ram.ramAt);
          this.#to.set(local);
        });
        break;
      }
      case 'probe':
        this.#predicated(effect.predicate, () => {
          this.#checkCode(effect.address, effect.bytes, effect.exit);
        });
        break;
      case 'store':
        this.#predicated(effect.predicate, () => {
          this.#writeAddress(effect.address);
          this.#nodes.write(effect.value);
          this.#to.access(accessOpcode(STORES, effect.value), this.#parts.ram.ramAt);
        });
    }
  }

  /** Of a condition in two parts the second is computed only where the first holds. */
  #guard(condition: Node, exit: ExitState): void {
    const [first, second] = condition.operands;
    const isInParts = condition.operation === 'and' && !condition.isSteady;
    if (!isInParts || first === undefined || second === undefined) {
      this.#nodes.write(condition);
      this.#leaveIf(exit);
      return;
    }
    this.#predicated(first, () => {
      this.#nodes.write(second);
      this.#leaveIf(exit);
    });
  }

  #predicated(predicate: Node | undefined, write: () => void): void {
    if (predicate === undefined) {
      write();
      return;
    }
    this.#nodes.write(predicate);
    this.#to.if();
    this.#nodes.within(write);
    this.#to.end();
  }

  /** spec: cpu.self-modifying-code */
  #checkCode(address: Node, bytes: number, exit: ExitState): void {
    const to = this.#to;
    this.#writeAddress(address);
    to.i32(LINE_BYTES_LOG2);
    to.op(OP.i32ShrU);
    to.access(OP.i32Load8, MARKS_AT);
    to.if();
    this.#nodes.within(() => {
      this.#writeAddress(address);
      to.i32(bytes);
      to.call(this.#parts.holdsCode);
      this.#leaveIf(exit);
    });
    to.end();
  }

  #writeAddress(address: Node): void {
    this.#nodes.write(address);
    this.#to.op(OP.i32WrapI64);
  }

  /** Leaves, if the value on the stack is 1, with the state before an instruction. */
  #leaveIf(exit: ExitState): void {
    this.#to.if();
    this.#nodes.within(() => {
      this.#nodes.assign(this.#parts.locals.stateOf(exit));
      this.#giveBack(this.#count - exit.done);
      this.leaveAt(exit.address);
    });
    this.#to.end();
  }

  #giveBack(count: number): void {
    const to = this.#to;
    to.get(this.#parts.left);
    to.i32(count);
    to.op(OP.i32Add);
    to.set(this.#parts.left);
  }

  leaveAt(address: bigint): void {
    this.#to.i64(address);
    this.#to.set(this.#parts.locals.rip);
    this.#to.br(this.#parts.exit);
  }
}

function accessOpcode(opcodes: ReadonlyMap<number, number>, { width }: Node): number {
  const opcode = opcodes.get(width);
  assert(opcode !== undefined, `translator: no access of ${width} bits`);
  return opcode;
}

const LOADS: ReadonlyMap<number, number> = new Map<number, number>([
  [8, OP.i32Load8],
  [16, OP.i32Load16],
  [32, OP.i32Load],
  [64, OP.i64Load],
]);

const STORES: ReadonlyMap<number, number> = new Map<number, number>([
  [8, OP.i32Store8],
  [16, OP.i32Store16],
  [32, OP.i32Store],
  [64, OP.i64Store],
]);
