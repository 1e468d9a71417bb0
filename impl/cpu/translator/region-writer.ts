// Emits a region as one function: registers in locals, blocks nested so that loops and joins are
// branches to labels, the budget checked exactly at the entry of each block, and ways out that
// leave the state as it is before an instruction. The function takes the steps that are left and
// the number of the loop to begin at, and gives back the steps that it did not use. Spec: cpu.md, "Position".

import { assert } from '../../base/assert.ts';
import { STATUS_FLAGS } from '../flags.ts';
import type { Block } from './block.ts';
import { type FunctionCode, OP } from './encoder.ts';
import { type Dispatch, type EntryGraph, withEntries } from './entries.ts';
import { FunctionWriter, type Label } from './function-writer.ts';
import { LINE_BYTES_LOG2, MARKS_AT, STATE_AT } from './guest-memory.ts';
import { flagsIn, flagsReadFrom, unionOf } from './liveness.ts';
import type { Node } from './node.ts';
import { NodeWriter } from './node-writer.ts';
import type { Effect, ExitState } from './recorder.ts';
import type { Region } from './region.ts';
import { type Structure, structureOf } from './structure.ts';
import { usesOf } from './uses.ts';

/** Functions that every module has, by index. */
export type KnownFunctions = {
  /** (address, bytes) -> 1 if code lies there. */
  readonly holdsCode: number;
  readonly multiplyHigh: number;
  readonly multiplyHighSigned: number;
};

export type RamLayout = { readonly ramAt: number; readonly ramBytes: number };

export type RegionCode = {
  readonly code: FunctionCode;
  /** Reads flags at its entry, so that they must be packed. */
  readonly readsFlags: boolean;
  /** The addresses of its loops, and the number of the entry there; 0 is the region's own. */
  readonly loops: readonly (readonly [address: number, entry: number])[];
};

export function writeRegion(region: Region, known: KnownFunctions, ram: RamLayout): RegionCode {
  return new RegionWriter(region, known, ram).write();
}

class RegionWriter {
  readonly #to: FunctionWriter = new FunctionWriter(2);
  readonly #nodes: NodeWriter;
  readonly #known: KnownFunctions;
  readonly #ram: RamLayout;
  readonly #blocks: readonly Block[];
  readonly #successors: readonly (readonly number[])[];
  readonly #entries: EntryGraph;
  readonly #structure: Structure;
  readonly #flagsFrom: readonly number[];
  readonly #numbers: ReadonlyMap<number, number>;

  readonly #left = 0;
  /** The number of the entry that is wanted, and 0 from there on. */
  readonly #wanted = 1;
  readonly #rip: number;
  readonly #registers: readonly number[];
  readonly #flags: ReadonlyMap<number, number>;
  /** Words 0 to 4 of the descriptor: the site first. */
  readonly #descriptor: readonly number[];
  readonly #exit: Label = {};
  readonly #labels = new Map<number, Label>();

  constructor(region: Region, known: KnownFunctions, ram: RamLayout) {
    const to = this.#to;
    this.#known = known;
    this.#ram = ram;
    const { entry } = region;
    const others = [...region.blocks.keys()].filter((address) => address !== entry);
    this.#numbers = new Map([entry, ...others].map((address, k) => [address, k]));
    this.#blocks = [...this.#numbers.keys()].flatMap((at) => region.blocks.get(at) ?? []);
    this.#successors = this.#blocks.map((block) => this.#successorsOf(block));
    this.#entries = withEntries({ successors: this.#successors });
    this.#structure = structureOf(this.#entries.graph, this.#entries.root);
    this.#flagsFrom = flagsReadFrom(this.#blocks, this.#successors);
    this.#rip = to.addLocal('i64');
    this.#registers = Array.from({ length: 16 }, () => to.addLocal('i64'));
    this.#flags = new Map(STATUS_FLAGS.map((flag) => [flag, to.addLocal('i32')]));
    this.#descriptor = [0, 1, 2, 3, 4].map((k) => to.addLocal(k === 0 ? 'i32' : 'i64'));
    this.#nodes = new NodeWriter(to, {
      register: (index) => this.#registers[index] ?? 0,
      flag: (flag) => this.#flags.get(flag) ?? 0,
      descriptor: (word) => this.#descriptor[word] ?? 0,
      multiplyHigh: known.multiplyHigh,
      multiplyHighSigned: known.multiplyHighSigned,
    });
  }

  write(): RegionCode {
    const to = this.#to;
    const entries = this.#entries.entries;
    const flags = unionOf([0, ...entries.keys()], this.#flagsFrom);
    const used = this.#usedRegisters();
    to.block(this.#exit);
    this.#loadState(used, flags);
    this.#writeTree(this.#entries.root);
    to.op(OP.unreachable);
    to.end();
    this.#storeState(used);
    to.get(this.#left);
    const signature = { parameters: ['i32', 'i32'], results: ['i32'] } as const;
    const code = { signature, locals: to.locals, body: to.body };
    const loops = [...entries].flatMap(([block, entry]) => {
      const address = this.#blocks[block]?.address;
      return address === undefined ? [] : [[address, entry] as const];
    });
    return { code, readsFlags: flags !== 0, loops };
  }

  #successorsOf({ next }: Block): readonly number[] {
    const addresses =
      next.kind === 'goto'
        ? [next.to]
        : next.kind === 'branch'
          ? [next.to, next.otherwise]
          : next.seen;
    return addresses.flatMap((address) => this.#numbers.get(Number(address)) ?? []);
  }

  #usedRegisters(): readonly number[] {
    const isUsed: boolean[] = new Array(16).fill(false);
    const note = (node: Node): void => {
      if (node.operation === 'register') isUsed[Number(node.value)] = true;
    };
    for (const block of this.#blocks) {
      for (const node of usesOf(block).keys()) note(node);
      block.end.registers.forEach((value, k) => {
        if (value !== undefined) isUsed[k] = true;
      });
    }
    return isUsed.flatMap((is, k) => (is ? [k] : []));
  }

  #loadState(registers: readonly number[], flags: number): void {
    const to = this.#to;
    for (const k of registers) {
      to.i32(0);
      to.access(OP.i64Load, STATE_AT.registers + 8 * k);
      to.set(this.#registers[k] ?? 0);
    }
    this.#descriptor.forEach((local, k) => {
      to.i32(0);
      if (k === 0) to.access(OP.i32Load, STATE_AT.flagSite);
      else to.access(OP.i64Load, STATE_AT.flagWords + 8 * (k - 1));
      to.set(local);
    });
    for (const flag of flagsIn(flags)) {
      to.get(this.#descriptor[1] ?? 0);
      to.op(OP.i32WrapI64);
      to.i32(flag);
      to.op(OP.i32ShrU);
      to.i32(1);
      to.op(OP.i32And);
      to.set(this.#flags.get(flag) ?? 0);
    }
  }

  #storeState(registers: readonly number[]): void {
    const to = this.#to;
    const store = (local: number, offset: number, opcode: number): void => {
      to.i32(0);
      to.get(local);
      to.access(opcode, offset);
    };
    for (const k of registers) {
      store(this.#registers[k] ?? 0, STATE_AT.registers + 8 * k, OP.i64Store);
    }
    this.#descriptor.forEach((local, k) => {
      if (k === 0) store(local, STATE_AT.flagSite, OP.i32Store);
      else store(local, STATE_AT.flagWords + 8 * (k - 1), OP.i64Store);
    });
    store(this.#rip, STATE_AT.rip, OP.i64Store);
  }

  /** A block and all that it dominates. */
  #writeTree(number: number): void {
    const to = this.#to;
    const label: Label = {};
    const isLoop = this.#structure.isLoopHeader(number);
    if (isLoop) {
      this.#labels.set(number, label);
      to.loop(label);
    }
    this.#writeWithin(number, this.#structure.joinsOf(number));
    if (isLoop) to.end();
  }

  /** The joins stand behind the block, the last one outermost. */
  #writeWithin(number: number, joins: readonly number[]): void {
    const [last, ...others] = joins;
    if (last === undefined) {
      const block = this.#blocks[number];
      const dispatch = this.#entries.dispatches.get(number);
      if (dispatch !== undefined) this.#writeDispatch(dispatch, number);
      if (block !== undefined) this.#writeBlock(block, number);
      return;
    }
    const label: Label = {};
    this.#labels.set(last, label);
    this.#to.block(label);
    this.#writeWithin(number, others);
    this.#to.end();
    this.#writeTree(last);
  }

  #writeDispatch({ entry, inner, onward }: Dispatch, number: number): void {
    const to = this.#to;
    to.get(this.#wanted);
    to.if();
    to.get(this.#wanted);
    to.i32(entry);
    to.op(OP.i32Eq);
    to.if();
    to.i32(0);
    to.set(this.#wanted);
    to.else();
    for (const { node, last, isFinal } of inner) {
      to.get(this.#wanted);
      to.i32(last + 1);
      to.op(OP.i32LtU);
      to.if();
      if (isFinal) {
        to.i32(0);
        to.set(this.#wanted);
      }
      this.#writeEdgeTo(number, node);
      to.end();
    }
    to.end();
    to.end();
    this.#writeEdgeTo(number, onward);
  }

  #writeBlock(block: Block, number: number): void {
    const count = block.end.done;
    this.#nodes.begin(usesOf(block));
    this.#writeBudget(block, count);
    for (const effect of block.effects) this.#writeEffect(effect, count);
    const { next } = block;
    if (next.kind === 'branch') this.#nodes.write(next.condition);
    if (next.kind === 'indirect') this.#nodes.write(next.target);
    this.#nodes.assign(this.#endOf(block, number));
    switch (next.kind) {
      case 'goto':
        this.#writeEdge(number, next.to);
        break;
      case 'branch':
        this.#to.if();
        this.#writeEdge(number, next.to);
        this.#to.else();
        this.#writeEdge(number, next.otherwise);
        this.#to.end();
        break;
      case 'indirect':
        this.#writeIndirect(block, number, next.seen);
    }
  }

  /** spec: cpu.budget-is-exact */
  #writeBudget({ address }: Block, count: number): void {
    const to = this.#to;
    to.get(this.#left);
    to.i32(count);
    to.op(OP.i32Sub);
    to.tee(this.#left);
    to.i32(0);
    to.op(OP.i32LtS);
    to.if();
    this.#giveBack(count);
    this.#leaveAt(BigInt(address));
    to.end();
  }

  /** What the next block finds in the locals. */
  #endOf(block: Block, number: number): (readonly [number, Node])[] {
    const flags = unionOf(this.#successors[number] ?? [], this.#flagsFrom);
    const values = flagsIn(flags).map(
      (flag) => [this.#flags.get(flag) ?? 0, block.end.flags.value(flag)] as const,
    );
    return [...this.#stateOf(block.end), ...values].filter(
      ([local, node]) => !this.#isAt(local, node),
    );
  }

  #stateOf(exit: ExitState): (readonly [number, Node])[] {
    const registers = exit.registers.flatMap((value, k) =>
      value === undefined ? [] : [[this.#registers[k] ?? 0, value] as const],
    );
    const { site, leaves } = exit.flags.descriptor();
    const words = [site, ...leaves].map((node, k) => [this.#descriptor[k] ?? 0, node] as const);
    return [...registers, ...words];
  }

  #writeEffect(effect: Effect, count: number): void {
    switch (effect.kind) {
      case 'guard':
        this.#nodes.write(effect.condition);
        this.#leaveIf(effect.exit, count);
        break;
      case 'load': {
        const local = this.#nodes.hold(effect.result);
        this.#predicated(effect.predicate, () => {
          this.#checkRange(effect.address, effect.exit, count);
          this.#writeAddress(effect.address);
          this.#to.access(accessOpcode(LOADS, effect.result), this.#ram.ramAt);
          this.#to.set(local);
        });
        break;
      }
      case 'probe':
        this.#predicated(effect.predicate, () => {
          this.#checkRange(effect.address, effect.exit, count);
          this.#checkCode(effect.address, effect.width / 8, effect.exit, count);
        });
        break;
      case 'store':
        this.#predicated(effect.predicate, () => {
          this.#writeAddress(effect.address);
          this.#nodes.write(effect.value);
          this.#to.access(accessOpcode(STORES, effect.value), this.#ram.ramAt);
        });
    }
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

  /** Any access of up to eight bytes below the bound lies whole in RAM. */
  #checkRange(address: Node, exit: ExitState, count: number): void {
    this.#nodes.write(address);
    this.#to.i64(BigInt(Math.max(0, this.#ram.ramBytes - 7)));
    this.#to.op(OP.i64GeU);
    this.#leaveIf(exit, count);
  }

  /** spec: cpu.self-modifying-code */
  #checkCode(address: Node, bytes: number, exit: ExitState, count: number): void {
    const to = this.#to;
    this.#writeAddress(address);
    to.i32(LINE_BYTES_LOG2);
    to.op(OP.i32ShrU);
    to.access(OP.i32Load8, MARKS_AT);
    to.if();
    this.#nodes.within(() => {
      this.#writeAddress(address);
      to.i32(bytes);
      to.call(this.#known.holdsCode);
      this.#leaveIf(exit, count);
    });
    to.end();
  }

  #writeAddress(address: Node): void {
    this.#nodes.write(address);
    this.#to.op(OP.i32WrapI64);
  }

  /** Leaves, if the value on the stack is 1, with the state before an instruction. */
  #leaveIf(exit: ExitState, count: number): void {
    this.#to.if();
    this.#nodes.within(() => {
      this.#nodes.assign(this.#stateOf(exit).filter(([local, node]) => !this.#isAt(local, node)));
      this.#giveBack(count - exit.done);
      this.#leaveAt(exit.address);
    });
    this.#to.end();
  }

  #giveBack(count: number): void {
    const to = this.#to;
    to.get(this.#left);
    to.i32(count);
    to.op(OP.i32Add);
    to.set(this.#left);
  }

  #leaveAt(address: bigint): void {
    this.#to.i64(address);
    this.#to.set(this.#rip);
    this.#to.br(this.#exit);
  }

  #writeEdge(from: number, address: bigint): void {
    const block = this.#numbers.get(Number(address));
    const index = block === undefined ? -1 : (this.#successors[from] ?? []).indexOf(block);
    const node = this.#entries.graph.successors[from]?.[index];
    if (node === undefined || this.#structure.edge(from, node) === 'leave') this.#leaveAt(address);
    else this.#writeEdgeTo(from, node);
  }

  #writeEdgeTo(from: number, node: number): void {
    const label = this.#labels.get(node);
    const isInline = this.#structure.edge(from, node) === 'inline';
    if (isInline) this.#writeTree(node);
    else if (label !== undefined) this.#to.br(label);
    else this.#to.op(OP.unreachable);
  }

  /** Compares the target on the stack with those that were seen. */
  #writeIndirect(block: Block, from: number, seen: readonly number[]): void {
    const to = this.#to;
    to.set(this.#rip);
    for (const address of seen) {
      if (!this.#numbers.has(address)) continue;
      to.get(this.#rip);
      to.i64(BigInt(address));
      to.op(OP.i64Eq);
      to.if();
      this.#writeEdge(from, BigInt(address));
      to.end();
    }
    to.i32(0);
    to.i32(Number(block.instructions.at(-1)?.address ?? 0n));
    to.access(OP.i32Store, STATE_AT.source);
    to.br(this.#exit);
  }

  #isAt(local: number, node: Node): boolean {
    switch (node.operation) {
      case 'register':
        return this.#registers[Number(node.value)] === local;
      case 'flag':
        return this.#flags.get(Number(node.value)) === local;
      case 'descriptor':
        return this.#descriptor[Number(node.value)] === local;
      default:
        return false;
    }
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
