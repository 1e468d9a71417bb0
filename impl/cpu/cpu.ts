// The processor as its machine sees it: runs a bounded number of steps, stops with a value that
// says why, takes interrupts between steps, gives and takes its state. It knows no devices and no
// time. Spec: cpu.md, "Position", "Stops" and "Interrupts".

import { assert } from '../base/assert.ts';
import { IDENTITY, type IdentityLeaf } from './cpuid.ts';
import { decode, INSTRUCTION_BYTES_MAX } from './decode.ts';
import { deliverException, enterHandler } from './delivery.ts';
import { type Exception, exceptionOf } from './exception.ts';
import { IF_BIT } from './flags.ts';
import type { Instruction } from './instruction.ts';
import { ERROR_FETCH, Interpreter, NO_REQUEST, type Request } from './interpreter.ts';
import { MAPPED_BYTES } from './memory.ts';
import type { MmioWindow, Outside } from './outside.ts';
import { type CpuState, DELIVERIES_MAX, initialState, type ShutdownReason } from './state.ts';

export type Stop =
  /** All the steps allowed are retired. */
  | { readonly kind: 'budget' }
  /** HLT is retired and waits for an interrupt. */
  | { readonly kind: 'halted' }
  /** An interrupt was requested and can be delivered now. */
  | { readonly kind: 'interruptible' }
  /** Nothing can be executed any more. */
  | { readonly kind: 'shutdown'; readonly reason: ShutdownReason };

export type CpuOptions = {
  /** RAM from physical address 0; the machine may change it and must then say so. */
  readonly ram: Uint8Array;
  readonly outside: Outside;
  /** Where devices answer, between the end of RAM and 4 GiB. */
  readonly mmioWindows?: readonly MmioWindow[];
  readonly cpuid?: readonly IdentityLeaf[];
  readonly entry: bigint;
  readonly stack?: bigint;
};

export interface Cpu {
  /** Steps retired since the initial state: the position. */
  readonly retired: number;
  /** Set by the machine while an interrupt waits. */
  interruptRequested: boolean;
  readonly halted: boolean;
  /** IF is set and no shadow holds interrupts back. spec: cpu.interrupts-between-steps */
  isInterruptible(): boolean;
  /** Runs at most `stepsMax` steps, fewer if something stops it first. */
  run(stepsMax: number): Stop;
  /** Enters the handler of an interrupt; only when `isInterruptible`. It retires no step. */
  deliverInterrupt(vector: number): Stop | undefined;
  save(): CpuState;
  restore(state: CpuState): void;
  /** The machine wrote to RAM beside the engine. */
  memoryChanged(address: number, bytes: number): void;
}

export function createCpu(options: CpuOptions): Cpu {
  return new InterpretedCpu(options);
}

class InterpretedCpu implements Cpu {
  retired = 0;
  interruptRequested = false;
  halted = false;
  readonly #m: Interpreter;
  #shutdown: ShutdownReason | undefined;
  #deliveries = 0;

  constructor(options: CpuOptions) {
    this.#m = new Interpreter({
      ram: options.ram,
      outside: options.outside,
      windows: options.mmioWindows ?? [],
      identity: options.cpuid ?? IDENTITY,
    });
    this.restore(initialState(options.entry, options.stack ?? 0n));
  }

  isInterruptible(): boolean {
    const isEnabled = (this.#m.readSpecial('control') & IF_MASK) !== 0n;
    return isEnabled && !this.#m.shadow && this.#shutdown === undefined;
  }

  /** spec: cpu.budget-is-exact, cpu.runs-alike-in-pieces */
  run(stepsMax: number): Stop {
    const end = this.retired + stepsMax;
    while (this.retired < end) {
      if (this.#shutdown !== undefined) return { kind: 'shutdown', reason: this.#shutdown };
      if (this.interruptRequested && this.isInterruptible()) return { kind: 'interruptible' };
      if (this.halted) return { kind: 'halted' };
      this.#step();
    }
    if (this.#shutdown !== undefined) return { kind: 'shutdown', reason: this.#shutdown };
    return this.halted ? { kind: 'halted' } : { kind: 'budget' };
  }

  deliverInterrupt(vector: number): Stop | undefined {
    const { rip } = this.#m;
    assert(Number.isInteger(vector) && vector >= 0 && vector < 256, `cpu: vector ${vector}`);
    assert(this.isInterruptible(), 'cpu: an interrupt is delivered only when interruptible');
    this.halted = false;
    const second = enterHandler(this.#m, { vector, returnAddress: rip, isSoftware: false });
    if (second !== undefined) this.#raise(second, rip);
    if (this.#shutdown === undefined) return undefined;
    return { kind: 'shutdown', reason: this.#shutdown };
  }

  save(): CpuState {
    return {
      ...this.#m.save(),
      retired: this.retired,
      halted: this.halted,
      ...(this.#shutdown === undefined ? {} : { shutdown: this.#shutdown }),
      deliveries: this.#deliveries,
    };
  }

  restore(state: CpuState): void {
    this.#m.restore(state);
    this.retired = state.retired;
    this.halted = state.halted;
    this.#shutdown = state.shutdown;
    this.#deliveries = state.deliveries;
  }

  memoryChanged(address: number, bytes: number): void {
    this.#m.decoded.forget(address, bytes);
  }

  /** One step, or one exception instead of it. spec: cpu.step */
  #step(): void {
    const m = this.#m;
    const at = m.rip;
    const { traps } = m;
    const instruction = this.#fetch(at);
    if (instruction !== undefined) {
      m.shadow = false;
      m.execute(instruction);
    }
    if (m.fault !== undefined) this.#raise(m.fault, at);
    else if (m.request !== NO_REQUEST) this.#serve(m.request, at);
    else {
      m.rip = m.target;
      this.#retire();
      if (traps) this.#trap();
    }
  }

  /** Says in DR6 that it was a single step. */
  #trap(): void {
    const m = this.#m;
    m.writeSpecial('dr6', m.readSpecial('dr6') | SINGLE_STEP);
    this.#raise(exceptionOf('#DB'), m.rip);
  }

  #fetch(at: bigint): Instruction | undefined {
    const m = this.#m;
    if (m.faultAtBadAddress(at, 1, 'data', ERROR_FETCH)) return undefined;
    const address = Number(at);
    const known = m.decoded.get(address);
    if (known !== undefined) return known;
    const bytes = m.memory.fetch(address, INSTRUCTION_BYTES_MAX);
    const decoded = decode(bytes, at);
    if (decoded.kind === 'instruction') {
      const { instruction } = decoded;
      const isInRam = address + instruction.length <= m.memory.ram.length;
      if (isInRam) m.decoded.set(address, instruction);
      return instruction;
    }
    if (decoded.kind === 'invalid') m.faultWhen(1n, '#UD');
    else if (bytes.length === INSTRUCTION_BYTES_MAX) m.faultWhen(1n, '#GP');
    else m.faultAtBadAddress(MAPPED_BYTES, 1, 'data', ERROR_FETCH);
    return undefined;
  }

  #serve(request: Request, at: bigint): void {
    const m = this.#m;
    m.request = NO_REQUEST;
    if (request.kind === 'interrupt') {
      const { vector } = request;
      const isSoftware = request.by === 'INT';
      const second = enterHandler(m, { vector, returnAddress: m.target, isSoftware });
      if (second !== undefined) {
        this.#raise(second, at);
        return;
      }
    } else {
      m.rip = m.target;
      this.halted = true;
    }
    this.#retire();
  }

  #retire(): void {
    this.retired += 1;
    this.#deliveries = 0;
  }

  #raise(exception: Exception, returnAddress: bigint): void {
    this.#deliveries += 1;
    if (this.#deliveries > DELIVERIES_MAX) this.#shutdown = 'no-progress';
    else if (!deliverException(this.#m, exception, returnAddress)) {
      this.#shutdown = 'triple-fault';
    }
    this.#m.fault = undefined;
  }
}

const SINGLE_STEP = 1n << 14n;
const IF_MASK = 1n << BigInt(IF_BIT);
