// The processor as its machine sees it: runs a bounded number of steps, stops with a value that
// says why, takes interrupts between steps, gives and takes its state. It knows no devices and no
// time. Spec: cpu.md, "Position", "Stops" and "Interrupts".

import { assert } from '../base/assert.ts';
import type { Flag } from './algebra.ts';
import { IDENTITY, type IdentityLeaf } from './cpuid.ts';
import { decode, INSTRUCTION_BYTES_MAX } from './decode.ts';
import { deliverException, enterHandler } from './delivery.ts';
import { type Exception, exceptionOf } from './exception.ts';
import { bigintToValue, type Value, valueToBigint } from './fast-values.ts';
import { IF_BIT, STATUS_FLAGS } from './flags.ts';
import type { Instruction } from './instruction.ts';
import { ERROR_FETCH, Interpreter, NO_REQUEST, type Request } from './interpreter.ts';
import { MAPPED_BYTES } from './memory.ts';
import type { MmioWindow, Outside } from './outside.ts';
import { type CpuState, DELIVERIES_MAX, initialState, type ShutdownReason } from './state.ts';
import { Translator, type TranslatorOptions } from './translator/translator.ts';

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
  /** Executes hot code as WebAssembly; RAM is then that of its memory. */
  readonly translator?: TranslatorOptions;
  readonly entry: bigint;
  readonly stack?: bigint;
};

export interface Cpu {
  /** Steps retired since the initial state: the position. */
  readonly retired: number;
  /** How many of them translated code retired; it says nothing of the guest. */
  readonly translated: number;
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
  translated = 0;
  interruptRequested = false;
  halted = false;
  readonly #m: Interpreter;
  #shutdown: ShutdownReason | undefined;
  #deliveries = 0;
  readonly #translator: Translator | undefined;
  /** Steps for which execution may go over to translated code: it does so where blocks begin. */
  #mayEnter = 1;

  constructor(options: CpuOptions) {
    const { translator } = options;
    this.#m = new Interpreter({
      ram: options.ram,
      outside: options.outside,
      windows: options.mmioWindows ?? [],
      identity: options.cpuid ?? IDENTITY,
      ...(translator === undefined ? {} : translator.memory),
    });
    if (translator !== undefined)
      this.#translator = this.#createTranslator(options.ram, translator);
    this.restore(initialState(options.entry, options.stack ?? 0n));
  }

  isInterruptible(): boolean {
    const isEnabled = (valueToBigint(this.#m.readSpecial('control')) & IF_MASK) !== 0n;
    return isEnabled && !this.#m.shadow && this.#shutdown === undefined;
  }

  /** spec: cpu.budget-is-exact, cpu.runs-alike-in-pieces */
  run(stepsMax: number): Stop {
    const end = this.retired + stepsMax;
    this.#mayEnter = 1;
    while (this.retired < end) {
      if (this.#shutdown !== undefined) return { kind: 'shutdown', reason: this.#shutdown };
      if (this.interruptRequested && this.isInterruptible()) return { kind: 'interruptible' };
      if (this.halted) return { kind: 'halted' };
      if (this.#mayEnter === 0 || !this.#runTranslated(end - this.retired)) this.#step();
    }
    if (this.#shutdown !== undefined) return { kind: 'shutdown', reason: this.#shutdown };
    return this.halted ? { kind: 'halted' } : { kind: 'budget' };
  }

  deliverInterrupt(vector: number): Stop | undefined {
    const rip = valueToBigint(this.#m.rip);
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

  #createTranslator(ram: Uint8Array, options: TranslatorOptions): Translator {
    assert(options.memory.ram === ram, 'cpu: RAM is that of the memory of the translator');
    const m = this.#m;
    const translator = new Translator(options, {
      knownInstructionAt: (address) => m.decoded.get(address),
      instructionAt: (address) => this.#instructionInRam(address),
      holdsCode: (address, bytes) => m.decoded.holdsCode(address, bytes),
      readFlag: (flag) => BigInt(m.readFlag(flag)),
      readSpecial: (register) => valueToBigint(m.readSpecial(register)),
      hasNewSpecials() {
        const { hasNewSpecials } = m;
        m.hasNewSpecials = false;
        return hasNewSpecials;
      },
      hasLentFlags: () => m.areFlagsFrom(lent),
      lendFlags: () => m.writeFlags(STATUS_FLAGS, lent),
    });
    const lent = (flag: Flag): number => Number(translator.flagOf(flag));
    m.decoded.listener = translator;
    return translator;
  }

  /** Whether translated code retired steps; it neither faults nor asks for anything outside. */
  #runTranslated(stepsMax: number): boolean {
    const m = this.#m;
    const translator = this.#translator;
    this.#mayEnter -= 1;
    if (translator === undefined || !m.isTranslatable) return false;
    if (typeof m.rip !== 'number') return false;
    const retired = translator.run(m.rip, stepsMax);
    if (retired === 0) return false;
    m.rip = bigintToValue(translator.rip);
    this.retired += retired;
    this.translated += retired;
    this.#deliveries = 0;
    this.#mayEnter = STEPS_AFTER_REGION;
    return true;
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
      if (instruction !== undefined && m.rip !== instruction.next) this.#noteJump(instruction);
      if (traps) this.#trap();
    }
  }

  /** Blocks begin where something jumps to. */
  #noteJump({ first, address }: Instruction): void {
    const translator = this.#translator;
    if (translator === undefined) return;
    this.#mayEnter = Math.max(this.#mayEnter, 1);
    const { rip } = this.#m;
    const isDirect = first.kind === 'immediate' && first.value === rip;
    if (!isDirect && typeof rip === 'number') translator.noteTarget(Number(address), rip);
  }

  /** The instruction at an address, if it is one and lies whole in RAM. */
  #instructionInRam(address: number): Instruction | undefined {
    const m = this.#m;
    const known = m.decoded.get(address);
    if (known !== undefined) return known;
    const decoded = decode(m.memory.fetch(address, INSTRUCTION_BYTES_MAX), BigInt(address));
    if (decoded.kind !== 'instruction') return undefined;
    const { instruction } = decoded;
    if (address + instruction.length > m.memory.ram.length) return undefined;
    m.decoded.set(address, instruction);
    return instruction;
  }

  /** Says in DR6 that it was a single step. */
  #trap(): void {
    const m = this.#m;
    m.writeSpecial('dr6', m.or(64, m.readSpecial('dr6'), SINGLE_STEP));
    this.#raise(exceptionOf('#DB'), m.rip);
  }

  #fetch(rip: Value): Instruction | undefined {
    const m = this.#m;
    if (!m.isInRam(rip) && m.faultAtBadAddress(rip, 1, 'data', ERROR_FETCH)) return undefined;
    const at = Number(rip);
    const known = m.decoded.get(at) ?? this.#instructionInRam(at);
    if (known !== undefined) return known;
    const bytes = m.memory.fetch(at, INSTRUCTION_BYTES_MAX);
    const decoded = decode(bytes, BigInt(at));
    if (decoded.kind === 'instruction') return decoded.instruction;
    if (decoded.kind === 'invalid') m.faultWhen(1, '#UD');
    else if (bytes.length === INSTRUCTION_BYTES_MAX) m.faultWhen(1, '#GP');
    else m.faultAtBadAddress(bigintToValue(MAPPED_BYTES), 1, 'data', ERROR_FETCH);
    return undefined;
  }

  #serve(request: Request, at: Value): void {
    const m = this.#m;
    m.request = NO_REQUEST;
    if (request.kind === 'interrupt') {
      const { vector } = request;
      const isSoftware = request.by === 'INT';
      const second = enterHandler(m, {
        vector,
        returnAddress: valueToBigint(m.target),
        isSoftware,
      });
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

  #raise(exception: Exception, rip: Value): void {
    this.#deliveries += 1;
    if (this.#deliveries > DELIVERIES_MAX) this.#shutdown = 'no-progress';
    else if (!deliverException(this.#m, exception, valueToBigint(rip))) {
      this.#shutdown = 'triple-fault';
    }
    this.#m.fault = undefined;
  }
}

/**
 * Behind translated code stands what it could not do; the instruction after that may be the start
 * of a region again, and so may the one where it stopped.
 */
const STEPS_AFTER_REGION = 2;

const SINGLE_STEP = 1 << 14;
const IF_MASK = 1n << BigInt(IF_BIT);
