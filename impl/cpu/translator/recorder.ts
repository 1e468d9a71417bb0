// The execution of the algebra that carries nothing out: it records what the instructions of a
// block do, as effects in order on expressions. What it cannot record, it refuses, and the block
// ends before that instruction. Spec: cpu.md, "Meaning".

import type {
  AddressUse,
  Algebra,
  Flag,
  Half,
  Identity,
  OperandWidth,
  SpecialRegister,
  Width,
} from '../algebra.ts';
import type { ExceptionName } from '../exception.ts';
import type { Recipe } from '../flags.ts';
import type { Instruction } from '../instruction.ts';
import { MXCSR_MASK } from '../mxcsr.ts';
import { maskOf } from '../values.ts';
import { type AddSite, entryFlagState, type FlagState, writtenFlagState } from './flag-state.ts';
import { FloatingValues } from './floating-values.ts';
import { FIRST_XMM, REGISTER_COUNT, SPECIALS_READ } from './guest-memory.ts';
import { isConstant, type Node } from './node.ts';

/** The state before an instruction, from which the interpreter goes on. */
export type ExitState = {
  /** Instructions of the block that are done. */
  readonly done: number;
  readonly address: bigint;
  /** By register, halves of XMM registers behind the general ones: its value, or undefined where it
   * is as at the entry of the block. */
  readonly registers: readonly (Node | undefined)[];
  readonly flags: FlagState;
};

/** What a block does beside computing values. Each may leave the block before its instruction. */
export type Effect =
  /** Leaves if the condition is 1. */
  | { readonly kind: 'guard'; readonly condition: Node; readonly exit: ExitState }
  /** Computes a value here, so that no way out behind has to do it again. */
  | { readonly kind: 'hold'; readonly value: Node }
  /** Leaves unless RAM holds all the bytes. */
  | (Access & { readonly kind: 'range'; readonly bytes: number })
  /** Comes behind its range. */
  | (Access & { readonly kind: 'load'; readonly result: Node })
  /** Leaves if code lies there; comes behind its range. */
  | (Access & { readonly kind: 'probe'; readonly bytes: number })
  /** Comes behind its probe. */
  | {
      readonly kind: 'store';
      readonly address: Node;
      readonly value: Node;
      readonly predicate: Node | undefined;
    };

/** `predicate` says whether the access is made at all. */
type Access = {
  readonly address: Node;
  readonly predicate: Node | undefined;
  readonly exit: ExitState;
};

/** Where an instruction continues other than at the next one. */
export type Jump = { readonly condition: Node; readonly target: Node };

type StoreEffect = Extract<Effect, { kind: 'store' }>;

export class Recorder extends FloatingValues implements Algebra<Node> {
  readonly effects: Effect[] = [];
  done = 0;
  jump: Jump | undefined;

  readonly #addSite: AddSite;
  #registers: (Node | undefined)[] = new Array(REGISTER_COUNT).fill(undefined);
  #flags: FlagState = entryFlagState(this.graph);
  #predicate: Node | undefined;
  #isRefused = false;
  #stores: StoreEffect[] = [];
  #before: ExitState = this.stateAt(0n);
  /** Where the effects of the instruction begin. */
  #first = 0;
  /** Conditions for which the block has been left, so that they are 0 from here on. */
  readonly #excluded = new Set<Node>();
  /** Addresses where RAM holds eight bytes. */
  readonly #inRam = new Set<Node>();

  constructor(addSite: AddSite) {
    super();
    this.#addSite = addSite;
  }

  /** Adds an instruction to the block; false if it cannot be recorded: the block ends before it. */
  record(instruction: Instruction): boolean {
    this.#first = this.effects.length;
    this.#before = this.stateAt(instruction.address);
    this.#stores = [];
    instruction.meaning(this, instruction);
    if (this.#isRefused) {
      this.effects.length = this.#first;
      this.#registers = [...this.#before.registers];
      this.#flags = this.#before.flags;
      this.jump = undefined;
      return false;
    }
    this.effects.push(...this.#stores);
    this.done += 1;
    return true;
  }

  /** The state between two instructions. */
  stateAt(address: bigint): ExitState {
    return { done: this.done, address, registers: [...this.#registers], flags: this.#flags };
  }

  readRegister(index: number): Node {
    return this.#registers[index] ?? this.graph.register(index);
  }

  writeRegister(index: number, value: Node): void {
    const before = this.readRegister(index);
    const condition = this.#predicate;
    this.#registers[index] =
      condition === undefined ? value : this.graph.make('select', 64, condition, value, before);
  }

  readFlag(flag: Flag): Node {
    return this.#flags.value(flag);
  }

  writeFlags(flags: readonly Flag[], recipe: Recipe<Node>): void {
    const write = { flags, recipe, condition: this.#predicate };
    this.#flags = writtenFlagState(this.graph, this.#flags, write, this.#addSite);
  }

  readSpecial(register: SpecialRegister): Node {
    const place = SPECIALS_READ.indexOf(register);
    if (place < 0) return this.#refuse(64);
    return this.graph.special(place, register === 'mxcsr' ? MXCSR_MASK : maskOf(64));
  }

  /** Leaves where the value is a new one; only that of MXCSR is often the old. */
  writeSpecial(register: SpecialRegister, value: Node): void {
    if (register !== 'mxcsr') this.#refuse(64);
    else this.leaveWhen(this.not(1, this.equal(64, value, this.readSpecial(register))));
  }

  load(width: OperandWidth, address: Node, _use: AddressUse): Node {
    // A load behind a store of the same instruction might read what is not yet stored.
    if (this.#stores.length > 0) return this.#refuse(width);
    const result = this.graph.loaded(width);
    this.#checkRange(address, width / 8);
    this.effects.push({ kind: 'load', result, ...this.#access(address) });
    return result;
  }

  loadToStore(width: OperandWidth, address: Node, use: AddressUse): Node {
    return this.load(width, address, use);
  }

  store(width: OperandWidth, address: Node, value: Node, _use: AddressUse): void {
    this.#checkRange(address, width / 8);
    const access = this.#access(address);
    this.effects.push({ kind: 'probe', bytes: width / 8, ...access });
    this.#stores.push({ kind: 'store', address, value, predicate: access.predicate });
  }

  /** Whether code lies there is asked by the stores themselves. */
  probe(bytes: number, address: Node, _use: AddressUse, _access: 'load' | 'store'): void {
    if (bytes > PROBE_BYTES_MAX) this.#refuse(1);
    else this.#checkRange(address, bytes);
  }

  readXmm(register: number, half: Half): Node {
    return this.readRegister(FIRST_XMM + 2 * register + half);
  }

  /** What is computed from elements is long, and used in parts. */
  writeXmm(register: number, half: Half, value: Node): void {
    const index = FIRST_XMM + 2 * register + half;
    this.writeRegister(index, value);
    this.effects.push({ kind: 'hold', value: this.readRegister(index) });
  }

  when(condition: Node, body: () => void): void {
    if (isConstant(condition, 0n)) return;
    const outer = this.#predicate;
    this.#predicate = this.#predicated(condition);
    if (isConstant(this.#predicate, 1n)) this.#predicate = undefined;
    body();
    this.#predicate = outer;
  }

  jumpWhen(condition: Node, target: Node): void {
    const all = this.#predicated(condition);
    if (isConstant(all, 0n)) return;
    const isSimple = isConstant(all, 1n) || target.operation === 'constant';
    if (this.jump !== undefined || !isSimple) this.#refuse(1);
    this.jump = { condition: all, target };
  }

  faultWhen(condition: Node, _exception: ExceptionName, _errorCode?: Node): void {
    this.leaveWhen(condition);
  }

  interrupt(_vector: number): void {
    this.#refuse(1);
  }

  halt(): void {
    this.#refuse(1);
  }

  shadowInterrupts(): void {
    this.#refuse(1);
  }

  readPort(width: 8 | 16 | 32, _port: Node): Node {
    return this.#refuse(width);
  }

  writePort(_width: 8 | 16 | 32, _port: Node, _value: Node): void {
    this.#refuse(1);
  }

  readTimeStamp(): Node {
    return this.#refuse(64);
  }

  identify(_leaf: Node, _subleaf: Node): Identity<Node> {
    const none = this.#refuse(32);
    return { eax: none, ebx: none, ecx: none, edx: none };
  }

  /** Whatever would be raised, the interpreter raises it: the block is left before. */
  protected override leaveWhen(condition: Node): boolean {
    const all = this.#predicated(condition);
    const isEverywhere = all === condition;
    if (isConstant(condition, 0n) || this.#excluded.has(condition)) return true;
    if (isConstant(all, 0n) || this.#excluded.has(all)) return isEverywhere;
    this.#excluded.add(all);
    this.#addGuard(all);
    return isEverywhere;
  }

  #addGuard(condition: Node): void {
    const index = condition.isSteady
      ? this.effects.findIndex((effect, k) => this.#isSteady(effect, k))
      : -1;
    const other = this.effects[index];
    const either = other?.kind === 'guard' ? this.or(1, other.condition, condition) : condition;
    const at = index < 0 ? this.effects.length : index;
    this.effects[at] = { kind: 'guard', condition: either, exit: this.#before };
    if (isConstant(either, 1n)) this.#refuse(1);
  }

  /** A guard of the same instruction to which another one like it may be added. */
  #isSteady(effect: Effect, index: number): boolean {
    return index >= this.#first && effect.kind === 'guard' && effect.condition.isSteady;
  }

  /** Once it is known where an address lies, that is so for the rest of the block. */
  #checkRange(address: Node, bytes: number): void {
    const isLong = bytes > 8;
    const parts = isLong ? [address, this.add(64, address, this.constant(64, 8))] : [address];
    if (parts.every((part) => this.#inRam.has(part))) return;
    const access = this.#access(address);
    this.effects.push({ kind: 'range', bytes: isLong ? 16 : 8, ...access });
    if (access.predicate === undefined) for (const part of parts) this.#inRam.add(part);
  }

  #access(address: Node): Access {
    return { address, predicate: this.#predicate, exit: this.#before };
  }

  #predicated(condition: Node): Node {
    const outer = this.#predicate;
    return outer === undefined ? condition : this.graph.make('and', 1, outer, condition);
  }

  #refuse(width: Width): Node {
    this.#isRefused = true;
    return this.graph.constant(width, 0n);
  }
}

/** An XMM register; what is larger is seldom executed. */
const PROBE_BYTES_MAX = 16;
