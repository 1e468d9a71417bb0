// Emits a region as one function: registers in locals, blocks nested so that loops and joins are
// branches to labels, the budget checked exactly at the entry of each block, and ways out that
// leave the state as it is before an instruction. The function takes the steps that are left and
// the number of the loop to begin at, and gives back the steps that it did not use. Spec: cpu.md, "Position".

import type { Block } from './block.ts';
import { EffectWriter, type RamLayout } from './effect-writer.ts';
import { type FunctionCode, OP } from './encoder.ts';
import { type Dispatch, type EntryGraph, withEntries } from './entries.ts';
import { FunctionWriter, type Label } from './function-writer.ts';
import { STATE_AT } from './guest-memory.ts';
import { flagsReadFrom, unionOf } from './liveness.ts';
import type { Node } from './node.ts';
import { NodeWriter } from './node-writer.ts';
import type { Region } from './region.ts';
import { RegionLocals } from './region-locals.ts';
import { type Structure, structureOf } from './structure.ts';
import { usesOf } from './uses.ts';

/** Functions that every module has, by index. */
export type KnownFunctions = {
  /** (address, bytes) -> 1 if code lies there. */
  readonly holdsCode: number;
  readonly multiplyHigh: number;
  readonly multiplyHighSigned: number;
};

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
  readonly #locals: RegionLocals;
  readonly #effects: EffectWriter;
  readonly #blocks: readonly Block[];
  readonly #successors: readonly (readonly number[])[];
  readonly #entries: EntryGraph;
  readonly #structure: Structure;
  readonly #flagsFrom: readonly number[];
  readonly #numbers: ReadonlyMap<number, number>;

  readonly #left = 0;
  /** The number of the entry that is wanted, and 0 from there on. */
  readonly #wanted = 1;
  readonly #exit: Label = {};
  readonly #labels = new Map<number, Label>();

  constructor(region: Region, known: KnownFunctions, ram: RamLayout) {
    const to = this.#to;
    const { entry } = region;
    const others = [...region.blocks.keys()].filter((address) => address !== entry);
    this.#numbers = new Map([entry, ...others].map((address, k) => [address, k]));
    this.#blocks = [...this.#numbers.keys()].flatMap((at) => region.blocks.get(at) ?? []);
    this.#successors = this.#blocks.map((block) => this.#successorsOf(block));
    this.#entries = withEntries({ successors: this.#successors });
    this.#structure = structureOf(this.#entries.graph, this.#entries.root);
    this.#flagsFrom = flagsReadFrom(this.#blocks, this.#successors);
    const locals = new RegionLocals(to, this.#blocks);
    this.#locals = locals;
    const { multiplyHigh, multiplyHighSigned, holdsCode } = known;
    const find = (node: Node): number | undefined => locals.find(node);
    const nodes = new NodeWriter(to, { find, multiplyHigh, multiplyHighSigned });
    this.#nodes = nodes;
    const own = { left: this.#left, exit: this.#exit };
    this.#effects = new EffectWriter({ to, nodes, locals, ...own, ram, holdsCode });
  }

  write(): RegionCode {
    const to = this.#to;
    const entries = this.#entries.entries;
    const flags = unionOf([0, ...entries.keys()], this.#flagsFrom);
    to.block(this.#exit);
    this.#locals.load(flags, this.#nodes);
    this.#writeTree(this.#entries.root);
    to.op(OP.unreachable);
    to.end();
    this.#locals.store();
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
    this.#nodes.begin(usesOf(block));
    this.#effects.writeAll(block);
    const { next, end } = block;
    if (next.kind === 'branch') this.#nodes.write(next.condition);
    if (next.kind === 'indirect') this.#nodes.write(next.target);
    const flags = unionOf(this.#successors[number] ?? [], this.#flagsFrom);
    this.#nodes.assign([...this.#locals.stateOf(end), ...this.#locals.flagsOf(end, flags)]);
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

  #writeEdge(from: number, address: bigint): void {
    const block = this.#numbers.get(Number(address));
    const index = block === undefined ? -1 : (this.#successors[from] ?? []).indexOf(block);
    const node = this.#entries.graph.successors[from]?.[index];
    if (node === undefined || this.#structure.edge(from, node) === 'leave')
      this.#effects.leaveAt(address);
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
    to.set(this.#locals.rip);
    for (const address of seen) {
      if (!this.#numbers.has(address)) continue;
      to.get(this.#locals.rip);
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
}
