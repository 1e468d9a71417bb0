// Writes the body of one function: instructions, locals, and branches to labels by name rather than
// by depth. Spec: cpu.md, "Meaning".

import { assert } from '../../base/assert.ts';
import { ByteSink, OP, type ValueType } from './encoder.ts';

/** A block or a loop that branches may name. */
export type Label = object;

export class FunctionWriter {
  readonly body: ByteSink = new ByteSink();
  readonly locals: ValueType[] = [];
  readonly #parameterCount: number;
  readonly #labels: (Label | undefined)[] = [];

  constructor(parameterCount: number) {
    this.#parameterCount = parameterCount;
  }

  addLocal(type: ValueType): number {
    this.locals.push(type);
    return this.#parameterCount + this.locals.length - 1;
  }

  /** Parameters are i32. */
  typeOf(local: number): ValueType {
    return this.locals[local - this.#parameterCount] ?? 'i32';
  }

  op(...opcodes: readonly number[]): void {
    for (const opcode of opcodes) this.body.byte(opcode);
  }

  get(local: number): void {
    this.body.byte(OP.localGet);
    this.body.unsigned(local);
  }

  set(local: number): void {
    this.body.byte(OP.localSet);
    this.body.unsigned(local);
  }

  tee(local: number): void {
    this.body.byte(OP.localTee);
    this.body.unsigned(local);
  }

  i32(value: number): void {
    this.body.byte(OP.i32Const);
    this.body.signed(BigInt(value | 0));
  }

  i64(value: bigint): void {
    this.body.byte(OP.i64Const);
    this.body.signed(BigInt.asIntN(64, value));
  }

  /** A load or store at a constant offset from the address on the stack; never aligned. */
  access(opcode: number, offset: number): void {
    this.op(opcode, 0);
    this.body.unsigned(offset);
  }

  call(index: number): void {
    this.body.byte(OP.call);
    this.body.unsigned(index);
  }

  /** Branches to the label go behind the end. */
  block(label: Label): void {
    this.#begin(OP.block, label);
  }

  /** Branches to the label go to the start. */
  loop(label: Label): void {
    this.#begin(OP.loop, label);
  }

  if(): void {
    this.#begin(OP.if, undefined);
  }

  else(): void {
    this.op(OP.else);
  }

  end(): void {
    this.#labels.pop();
    this.op(OP.end);
  }

  br(label: Label): void {
    this.#branch(OP.br, label);
  }

  brIf(label: Label): void {
    this.#branch(OP.brIf, label);
  }

  #begin(opcode: number, label: Label | undefined): void {
    this.#labels.push(label);
    this.op(opcode, NO_RESULT);
  }

  #branch(opcode: number, label: Label): void {
    const index = this.#labels.lastIndexOf(label);
    assert(index >= 0, 'translator: a branch to a label that does not enclose it');
    this.body.byte(opcode);
    this.body.unsigned(this.#labels.length - 1 - index);
  }
}

const NO_RESULT = 0x40;
