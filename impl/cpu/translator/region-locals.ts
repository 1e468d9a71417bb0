// The state of the guest in the locals of a region's function: the registers that it uses, the
// flags, and what stays the same while it runs, the special registers and the conditions on them
// alone. Loaded from the page of state at the entry, stored at the way out. Spec: cpu.md, "State".

import type { Flag } from '../algebra.ts';
import { STATUS_FLAGS } from '../flags.ts';
import type { Block } from './block.ts';
import { OP } from './encoder.ts';
import type { FunctionWriter } from './function-writer.ts';
import { REGISTER_COUNT, STATE_AT } from './guest-memory.ts';
import { flagsIn } from './liveness.ts';
import type { Node } from './node.ts';
import type { NodeWriter } from './node-writer.ts';
import type { ExitState } from './recorder.ts';
import { usesOf } from './uses.ts';

export class RegionLocals {
  readonly rip: number;
  readonly #to: FunctionWriter;
  /** By register; those that are not used have none. */
  readonly #registers: readonly (number | undefined)[];
  readonly #flags: ReadonlyMap<number, number>;
  /** Words 0 to 4 of the descriptor: the site first. */
  readonly #descriptor: readonly number[];
  readonly #specials = new Map<number, number>();
  /** Conditions that are the same in all of the region: one local for all that are written alike. */
  readonly #steady = new Map<Node, number>();

  constructor(to: FunctionWriter, blocks: readonly Block[]) {
    this.#to = to;
    this.rip = to.addLocal('i64');
    const nodes = blocks.flatMap((block) => [...usesOf(block).keys()]);
    const isUsed = usedRegisters(blocks, nodes);
    this.#registers = isUsed.map((is) => (is ? to.addLocal('i64') : undefined));
    this.#flags = new Map(STATUS_FLAGS.map((flag) => [flag, to.addLocal('i32')]));
    this.#descriptor = [0, 1, 2, 3, 4].map((k) => to.addLocal(k === 0 ? 'i32' : 'i64'));
    for (const { operation, value } of nodes) {
      const place = Number(value);
      if (operation !== 'special' || this.#specials.has(place)) continue;
      this.#specials.set(place, to.addLocal('i64'));
    }
    const alike = new Map<string, number>();
    for (const condition of blocks.flatMap(steadyConditions)) {
      const text = textOf(condition);
      const local = alike.get(text) ?? to.addLocal('i32');
      alike.set(text, local);
      this.#steady.set(condition, local);
    }
  }

  /** The local that holds the value of a node all the time, if there is one. */
  find(node: Node): number | undefined {
    const index = Number(node.value);
    switch (node.operation) {
      case 'register':
        return this.#registers[index];
      case 'flag':
        return this.#flags.get(index);
      case 'descriptor':
        return this.#descriptor[index];
      case 'special':
        return this.#specials.get(index);
      default:
        return this.#steady.get(node);
    }
  }

  /** What to set where, so that the locals are the state. */
  stateOf(exit: ExitState): (readonly [local: number, node: Node])[] {
    const registers = exit.registers.flatMap((value, k) => this.#pair(this.#registers[k], value));
    const { site, leaves } = exit.flags.descriptor();
    const words = [site, ...leaves].flatMap((node, k) => this.#pair(this.#descriptor[k], node));
    return [...registers, ...words];
  }

  /** The same for flags as values. */
  flagsOf(exit: ExitState, flags: number): (readonly [local: number, node: Node])[] {
    return flagsIn(flags).flatMap((flag) =>
      this.#pair(this.#flags.get(flag), exit.flags.value(flag)),
    );
  }

  #pair(local: number | undefined, node: Node | undefined): (readonly [number, Node])[] {
    const isThere = local === undefined || node === undefined || this.find(node) === local;
    return isThere ? [] : [[local, node]];
  }

  /** `flags` are those read in the region as they are at its entry. */
  load(flags: number, nodes: NodeWriter): void {
    const to = this.#to;
    this.#registers.forEach((local, k) => {
      if (local !== undefined) this.#loadWord(local, STATE_AT.registers + 8 * k);
    });
    for (const [place, local] of this.#specials) {
      this.#loadWord(local, STATE_AT.specials + 8 * place);
    }
    this.#descriptor.forEach((local, k) => {
      if (k > 0) this.#loadWord(local, STATE_AT.flagWords + 8 * (k - 1));
    });
    to.i32(0);
    to.access(OP.i32Load, STATE_AT.flagSite);
    to.set(this.#descriptor[0] ?? 0);
    for (const flag of flagsIn(flags)) this.#unpackFlag(flag);
    const isSet = new Set<number>();
    for (const [condition, local] of this.#steady) {
      if (isSet.has(local)) continue;
      isSet.add(local);
      nodes.computeTo(local, condition);
    }
  }

  #loadWord(local: number, at: number): void {
    this.#to.i32(0);
    this.#to.access(OP.i64Load, at);
    this.#to.set(local);
  }

  #unpackFlag(flag: Flag): void {
    const to = this.#to;
    to.get(this.#descriptor[1] ?? 0);
    to.op(OP.i32WrapI64);
    to.i32(flag);
    to.op(OP.i32ShrU);
    to.i32(1);
    to.op(OP.i32And);
    to.set(this.#flags.get(flag) ?? 0);
  }

  store(): void {
    this.#registers.forEach((local, k) => {
      if (local !== undefined) this.#store(local, STATE_AT.registers + 8 * k, OP.i64Store);
    });
    this.#descriptor.forEach((local, k) => {
      if (k === 0) this.#store(local, STATE_AT.flagSite, OP.i32Store);
      else this.#store(local, STATE_AT.flagWords + 8 * (k - 1), OP.i64Store);
    });
    this.#store(this.rip, STATE_AT.rip, OP.i64Store);
  }

  #store(local: number, offset: number, opcode: number): void {
    this.#to.i32(0);
    this.#to.get(local);
    this.#to.access(opcode, offset);
  }
}

function usedRegisters(blocks: readonly Block[], nodes: readonly Node[]): readonly boolean[] {
  const isUsed: boolean[] = new Array(REGISTER_COUNT).fill(false);
  for (const { operation, value } of nodes) {
    if (operation === 'register') isUsed[Number(value)] = true;
  }
  for (const block of blocks) {
    block.end.registers.forEach((value, k) => {
      if (value !== undefined) isUsed[k] = true;
    });
  }
  return isUsed;
}

/** A condition that is a part of another one comes before it. */
function steadyConditions({ effects }: Block): readonly Node[] {
  const conditions = effects.flatMap((effect) =>
    effect.kind === 'guard' ? steadyPartsOf(effect.condition) : [],
  );
  return conditions.sort((a, b) => a.id - b.id);
}

/** The largest parts of a condition that are the same in all of the region. */
function steadyPartsOf(node: Node): readonly Node[] {
  if (node.operation === 'constant' || node.width !== 1) return [];
  return node.isSteady ? [node] : node.operands.flatMap(steadyPartsOf);
}

/** Nodes of different blocks are different, though they say the same. */
function textOf({ operation, width, value, operands }: Node): string {
  return `${operation} ${width} ${value} (${operands.map(textOf).join()})`;
}
