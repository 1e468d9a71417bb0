// The execution of the algebra that carries nothing out: it records what the instructions of a
// block do, as effects in order on expressions. What it cannot record, it refuses, and the block
// ends before that instruction. Spec: cpu.md, "Meaning".

import type {
  AddressUse,
  Algebra,
  Division,
  Flag,
  Floating,
  FloatOrder,
  FloatWidth,
  Identity,
  OperandWidth,
  SpecialRegister,
  Width,
} from '../algebra.ts';
import type { ExceptionName } from '../exception.ts';
import type { Recipe } from '../flags.ts';
import type { Instruction } from '../instruction.ts';
import { maskOf } from '../values.ts';
import { type AddSite, entryFlagState, type FlagState, writtenFlagState } from './flag-state.ts';
import { Graph } from './graph.ts';
import { SPECIALS_READ } from './guest-memory.ts';
import { isConstant, type Node } from './node.ts';

/** The state before an instruction, from which the interpreter goes on. */
export type ExitState = {
  /** Instructions of the block that are done. */
  readonly done: number;
  readonly address: bigint;
  /** By register: its value, or undefined where it is as at the entry of the block. */
  readonly registers: readonly (Node | undefined)[];
  readonly flags: FlagState;
};

/** What a block does beside computing values. Each may leave the block before its instruction. */
export type Effect =
  /** Leaves if the condition is 1. */
  | { readonly kind: 'guard'; readonly condition: Node; readonly exit: ExitState }
  /** Leaves unless RAM holds all the bytes; `predicate` says whether the load is made at all. */
  | {
      readonly kind: 'load';
      readonly result: Node;
      readonly address: Node;
      readonly predicate: Node | undefined;
      readonly exit: ExitState;
    }
  /** Leaves unless RAM holds all the bytes and no code lies there. */
  | {
      readonly kind: 'probe';
      readonly address: Node;
      readonly width: OperandWidth;
      readonly predicate: Node | undefined;
      readonly exit: ExitState;
    }
  /** Comes behind its probe. */
  | {
      readonly kind: 'store';
      readonly address: Node;
      readonly value: Node;
      readonly predicate: Node | undefined;
    };

/** Where an instruction continues other than at the next one. */
export type Jump = { readonly condition: Node; readonly target: Node };

type StoreEffect = Extract<Effect, { kind: 'store' }>;

export class Recorder implements Algebra<Node> {
  readonly graph: Graph = new Graph();
  readonly effects: Effect[] = [];
  done = 0;
  jump: Jump | undefined;

  readonly #addSite: AddSite;
  #registers: (Node | undefined)[] = new Array(16).fill(undefined);
  #flags: FlagState = entryFlagState(this.graph);
  #predicate: Node | undefined;
  #isRefused = false;
  #stores: StoreEffect[] = [];
  #before: ExitState = this.stateAt(0n);

  constructor(addSite: AddSite) {
    this.#addSite = addSite;
  }

  /** Adds an instruction to the block; false, and nothing added, if it cannot be recorded. */
  record(instruction: Instruction): boolean {
    const effects = this.effects.length;
    this.#before = this.stateAt(instruction.address);
    this.#isRefused = false;
    this.#stores = [];
    instruction.form.definition.meaning(this, instruction);
    if (this.#isRefused) {
      this.effects.length = effects;
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

  /** Leaves where the quotient does not fit, and for dividends of more than 64 bits. */
  divide(width: OperandWidth, high: Node, low: Node, divisor: Node): Division<Node> {
    const g = this.graph;
    if (width === 64) this.#guard(this.not(1, this.equal(64, high, g.constant(64, 0n))));
    this.#guard(this.not(1, this.less(width, high, divisor)));
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
    this.#guard(this.not(1, this.equal(width, high, sign)));
    this.#guard(this.equal(width, divisor, g.constant(width, 0n)));
    this.#guard(this.equal(width, divisor, g.constant(width, maskOf(width))));
    return {
      quotient: g.make('quotientSigned', width, high, low, divisor),
      remainder: g.make('remainderSigned', width, high, low, divisor),
      fits: g.constant(1, 1n),
    };
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
    return place < 0 ? this.#refuse(64) : this.graph.special(place);
  }

  writeSpecial(_register: SpecialRegister, _value: Node): void {
    this.#refuse(64);
  }

  load(width: OperandWidth, address: Node, _use: AddressUse): Node {
    // A load behind a store of the same instruction might read what is not yet stored.
    if (this.#stores.length > 0) return this.#refuse(width);
    const result = this.graph.loaded(width);
    const { exit, predicate } = this.#point();
    this.effects.push({ kind: 'load', result, address, predicate, exit });
    return result;
  }

  loadToStore(width: OperandWidth, address: Node, use: AddressUse): Node {
    return this.load(width, address, use);
  }

  store(width: OperandWidth, address: Node, value: Node, _use: AddressUse): void {
    const { exit, predicate } = this.#point();
    this.effects.push({ kind: 'probe', address, width, predicate, exit });
    this.#stores.push({ kind: 'store', address, value, predicate });
  }

  probe(): void {
    this.#refuse(1);
  }

  // XMM registers and floating point are left to the interpreter.

  readXmm(): Node {
    return this.#refuse(64);
  }

  writeXmm(): void {
    this.#refuse(1);
  }

  floatCompute(_operation: string, width: FloatWidth): Floating<Node> {
    return this.#refuseFloating(width);
  }

  floatSquareRoot(width: FloatWidth): Floating<Node> {
    return this.#refuseFloating(width);
  }

  floatCompare(): FloatOrder<Node> {
    const no = this.#refuse(1);
    return { less: no, equal: no, unordered: no, exceptions: this.#refuse(8) };
  }

  floatConvert(from: FloatWidth): Floating<Node> {
    return this.#refuseFloating(from === 32 ? 64 : 32);
  }

  floatFromInteger(_from: 32 | 64, to: FloatWidth): Floating<Node> {
    return this.#refuseFloating(to);
  }

  floatToInteger(_from: FloatWidth, to: 32 | 64): Floating<Node> {
    return this.#refuseFloating(to);
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
    this.#guard(condition);
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
  #guard(condition: Node): void {
    const all = this.#predicated(condition);
    if (isConstant(all, 0n)) return;
    if (isConstant(all, 1n)) this.#refuse(1);
    this.effects.push({ kind: 'guard', condition: all, exit: this.#before });
  }

  #predicated(condition: Node): Node {
    const outer = this.#predicate;
    return outer === undefined ? condition : this.graph.make('and', 1, outer, condition);
  }

  #point(): { exit: ExitState; predicate: Node | undefined } {
    return { exit: this.#before, predicate: this.#predicate };
  }

  #refuseFloating(width: FloatWidth): Floating<Node> {
    return { value: this.#refuse(width), exceptions: this.#refuse(8) };
  }

  #refuse(width: Width): Node {
    this.#isRefused = true;
    return this.graph.constant(width, 0n);
  }
}
