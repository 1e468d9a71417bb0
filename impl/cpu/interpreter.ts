// The reference execution of the algebra: evaluates at once, on numbers. It executes one
// instruction; fetching, delivery of exceptions and the run loop are elsewhere.
// Spec: cpu.md, "Meaning" and "Memory".

import type {
  AddressUse,
  Algebra,
  Flag,
  Half,
  Identity,
  OperandWidth,
  SpecialRegister,
} from './algebra.ts';
import { findIdentity, type IdentityLeaf } from './cpuid.ts';
import { DecodeCache } from './decode-cache.ts';
import { type Exception, type ExceptionName, exceptionOf } from './exception.ts';
import { FastFloats } from './fast-floats.ts';
import {
  bigintToValue,
  halvesToNumber,
  upperHalf,
  type Value,
  valueToBigint,
} from './fast-values.ts';
import { AC_BIT, CONTROL_MASK, type Recipe, STATUS_FLAGS, TF_BIT } from './flags.ts';
import type { Instruction } from './instruction.ts';
import { createMemory, findBadAddress, MAPPED_BYTES, type PhysicalMemory } from './memory.ts';
import type { MmioWindow, Outside } from './outside.ts';
import { RegisterWords } from './register-words.ts';
import { type CpuState, initialState, SPECIAL_REGISTERS } from './state.ts';

export type InterpreterOptions = {
  readonly ram: Uint8Array;
  readonly outside: Outside;
  readonly windows: readonly MmioWindow[];
  readonly identity: readonly IdentityLeaf[];
  /** Where registers and the marks of code lie, if something else uses them too. */
  readonly registers?: BigUint64Array;
  readonly xmm?: BigUint64Array;
  readonly marks?: Uint8Array;
};

/** What an instruction asks for beyond its writes. */
export type Request =
  | { readonly kind: 'none' }
  | { readonly kind: 'halt' }
  | { readonly kind: 'interrupt'; readonly vector: number; readonly by: 'INT' | 'INT1' };

export class Interpreter extends FastFloats implements Algebra<Value> {
  readonly memory: PhysicalMemory;
  readonly decoded: DecodeCache;
  /**
   * This and `target` begin as BigInts: a field that has held nothing but small integers is laid
   * out anew for the first other value, and the host then drops all code that it has compiled.
   */
  rip: Value = 0n;
  /** Where execution continues after the instruction under way. */
  target: Value = 0n;
  /** Set once in an instruction, then every effect is void. spec: cpu.fault-retires-nothing */
  fault: Exception | undefined;
  request: Request = NO_REQUEST;
  shadow = false;
  /** TF, kept beside `control` because every step asks for it. */
  traps = false;
  /** Set when a special register is written; the translator looks. */
  hasNewSpecials = true;
  /** Privilege level 3, kept beside `cs`: accesses other than the processor's own are a user's. */
  isUser = false;
  /** Whether a user's access must lie on a multiple of its size. */
  #isAlignmentChecked = false;

  readonly #outside: Outside;
  readonly #identity: readonly IdentityLeaf[];
  readonly #view: DataView;
  /** Addresses below it can be accessed in RAM at any width. */
  readonly #ramEnd: number;
  readonly #registers: RegisterWords;
  /** The halves of each XMM register, the lower first. */
  readonly #xmm: RegisterWords;
  readonly #flags: Value[] = new Array(12).fill(0);
  readonly #recipes: (Recipe<Value> | undefined)[] = new Array(12).fill(undefined);
  /**
   * Recipe of the flags whose bits are in the mask, the others have their own: most instructions set
   * all flags at once.
   */
  #latest: Recipe<Value> = () => 0;
  #fromLatest = 0;
  /** A map: an object would be asked by a name that is not known when its code is compiled. */
  readonly #special = new Map<SpecialRegister, Value>();

  constructor(options: InterpreterOptions) {
    super();
    const { ram } = options;
    this.memory = createMemory(ram, options.windows, options.outside);
    this.decoded = new DecodeCache(ram.length, options.marks);
    this.#registers = new RegisterWords(options.registers ?? new BigUint64Array(16));
    this.#xmm = new RegisterWords(options.xmm ?? new BigUint64Array(32));
    this.#outside = options.outside;
    this.#identity = options.identity;
    this.#view = new DataView(ram.buffer, ram.byteOffset, ram.length);
    this.#ramEnd = Math.max(0, ram.length - 7);
  }

  /** Carries out one instruction; `fault`, `request` and `target` say what came of it. */
  execute(instruction: Instruction): void {
    this.target = instruction.next;
    instruction.meaning(this, instruction);
  }

  readRegister(index: number): Value {
    return this.#registers.read(index);
  }

  writeRegister(index: number, value: Value): void {
    if (this.fault === undefined) this.#registers.write(index, value);
  }

  readFlag(flag: Flag): Value {
    const bit = 1 << flag;
    if ((this.#fromLatest & bit) !== 0) {
      this.#fromLatest &= ~bit;
      this.#recipes[flag] = undefined;
      this.#flags[flag] = this.#latest(flag);
      return this.#flags[flag] ?? 0;
    }
    const recipe = this.#recipes[flag];
    if (recipe !== undefined) {
      this.#recipes[flag] = undefined;
      this.#flags[flag] = recipe(flag);
    }
    return this.#flags[flag] ?? 0;
  }

  writeFlags(flags: readonly Flag[], recipe: Recipe<Value>): void {
    if (this.fault !== undefined) return;
    if (flags !== STATUS_FLAGS) {
      for (const flag of flags) {
        this.#recipes[flag] = recipe;
        this.#fromLatest &= ~(1 << flag);
      }
      return;
    }
    this.#latest = recipe;
    this.#fromLatest = ALL_FLAGS;
  }

  /** Whether every flag is still what a recipe gives, and none has been asked for. */
  areFlagsFrom(recipe: Recipe<Value>): boolean {
    return this.#latest === recipe && this.#fromLatest === ALL_FLAGS;
  }

  readSpecial(register: SpecialRegister): Value {
    return this.#special.get(register) ?? 0;
  }

  writeSpecial(register: SpecialRegister, value: Value): void {
    if (this.fault !== undefined || this.#special.get(register) === value) return;
    this.#special.set(register, value);
    this.hasNewSpecials = true;
    if (register === 'control' || register === 'cs' || register === 'cr0') this.#keepMode();
  }

  /** spec: cpu.alignment-check */
  #keepMode(): void {
    const control = valueToBigint(this.readSpecial('control'));
    const cs = valueToBigint(this.readSpecial('cs'));
    const cr0 = valueToBigint(this.readSpecial('cr0'));
    this.traps = (control & (1n << BigInt(TF_BIT))) !== 0n;
    this.isUser = (cs & 3n) === 3n;
    this.#isAlignmentChecked =
      this.isUser && (control & (1n << BigInt(AC_BIT))) !== 0n && (cr0 & ALIGNMENT_MASK) !== 0n;
  }

  /** Whether the next step is none but its instruction, with memory as translated code sees it. */
  get isTranslatable(): boolean {
    return !this.traps && !this.shadow && !this.#isAlignmentChecked;
  }

  /** What the processor does of its own accord is done as at privilege level 0. */
  asSystem<T>(body: () => T): T {
    this.isUser = false;
    this.#isAlignmentChecked = false;
    const result = body();
    this.#keepMode();
    return result;
  }

  load(width: OperandWidth, address: Value, use: AddressUse): Value {
    if (this.isInRam(address)) return this.#loadRam(width, address);
    if (this.fault !== undefined || this.faultAtBadAddress(address, width / 8, use, 0)) return 0;
    return bigintToValue(this.memory.read(Number(address), width));
  }

  loadToStore(width: OperandWidth, address: Value, use: AddressUse): Value {
    if (this.isInRam(address)) return this.#loadRam(width, address);
    if (this.fault !== undefined) return 0;
    if (this.faultAtBadAddress(address, width / 8, use, ERROR_WRITE)) return 0;
    return bigintToValue(this.memory.read(Number(address), width));
  }

  store(width: OperandWidth, address: Value, value: Value, use: AddressUse): void {
    if (this.fault !== undefined) return;
    if (this.isInRam(address)) {
      this.#storeRam(width, address, value);
      this.decoded.forget(address, width / 8);
      return;
    }
    if (this.faultAtBadAddress(address, width / 8, use, ERROR_WRITE)) return;
    const at = Number(address);
    if (this.memory.write(at, width, valueToBigint(value))) this.decoded.forget(at, width / 8);
  }

  /** Whether it can be accessed in RAM, at any width, with no check but this. */
  isInRam(address: Value): address is number {
    const isBelow = typeof address === 'number' && address >= 0 && address < this.#ramEnd;
    return isBelow && !this.#isAlignmentChecked;
  }

  probe(bytes: number, address: Value, use: AddressUse, access: 'load' | 'store'): void {
    if (this.fault !== undefined) return;
    this.faultAtBadAddress(address, bytes, use, access === 'store' ? ERROR_WRITE : 0);
  }

  #loadRam(width: OperandWidth, at: number): Value {
    switch (width) {
      case 8:
        return this.#view.getUint8(at);
      case 16:
        return this.#view.getUint16(at, true);
      case 32:
        return this.#view.getUint32(at, true);
      case 64: {
        const low = this.#view.getUint32(at, true);
        const value = halvesToNumber(low, this.#view.getInt32(at + 4, true));
        return value ?? this.#view.getBigUint64(at, true);
      }
    }
  }

  #storeRam(width: OperandWidth, at: number, value: Value): void {
    if (typeof value === 'bigint') {
      this.#view.setBigUint64(at, value, true);
      return;
    }
    switch (width) {
      case 8:
        this.#view.setUint8(at, value);
        break;
      case 16:
        this.#view.setUint16(at, value, true);
        break;
      case 32:
        this.#view.setUint32(at, value, true);
        break;
      case 64:
        this.#view.setUint32(at, value, true);
        this.#view.setInt32(at + 4, upperHalf(value), true);
        break;
    }
  }

  /** Raises what a bad address raises, and says whether it did. spec: cpu.address-faults */
  faultAtBadAddress(at: Value, bytes: number, use: AddressUse, errorCode: number): boolean {
    const isMapped = typeof at === 'number' && at >= 0 && at + bytes <= MAPPED_END;
    if (isMapped && !this.#isAlignmentChecked) return false;
    const address = valueToBigint(at);
    const bad = findBadAddress(address, bytes);
    if (bad?.kind === 'not-canonical') {
      this.fault = exceptionOf(use === 'stack' ? '#SS' : '#GP');
    } else if (this.#isOddForUser(address, bytes, use, errorCode)) {
      this.fault = exceptionOf('#AC');
    } else if (bad === undefined) {
      return false;
    } else {
      this.writeSpecial('cr2', bigintToValue(bad.address));
      const isUsers = this.isUser && use !== 'system';
      this.fault = { name: '#PF', errorCode: errorCode | (isUsers ? ERROR_USER : 0) };
    }
    return true;
  }

  #isOddForUser(address: bigint, bytes: number, use: AddressUse, errorCode: number): boolean {
    const isChecked = this.#isAlignmentChecked && use !== 'system' && errorCode !== ERROR_FETCH;
    return isChecked && isOdd(address, bytes);
  }

  readXmm(register: number, half: Half): Value {
    return this.#xmm.read(2 * register + half);
  }

  writeXmm(register: number, half: Half, value: Value): void {
    if (this.fault === undefined) this.#xmm.write(2 * register + half, value);
  }

  when(condition: Value, body: () => void): void {
    if (condition === 1) body();
  }

  jumpWhen(condition: Value, target: Value): void {
    if (condition === 1) this.target = target;
  }

  faultWhen(condition: Value, name: ExceptionName, errorCode?: Value): void {
    if (condition !== 1 || this.fault !== undefined) return;
    this.fault =
      errorCode === undefined ? exceptionOf(name) : { name, errorCode: Number(errorCode) };
  }

  interrupt(vector: number, by: 'INT' | 'INT1'): void {
    if (this.fault === undefined) this.request = { kind: 'interrupt', vector, by };
  }

  halt(): void {
    if (this.fault === undefined) this.request = HALT;
  }

  shadowInterrupts(): void {
    if (this.fault === undefined) this.shadow = true;
  }

  readPort(width: 8 | 16 | 32, port: Value): Value {
    if (this.fault !== undefined) return 0;
    const value = this.#outside.readPort(Number(port), portBytes(width));
    return this.truncate(32, width, value >>> 0);
  }

  writePort(width: 8 | 16 | 32, port: Value, value: Value): void {
    if (this.fault !== undefined) return;
    this.#outside.writePort(Number(port), portBytes(width), Number(value));
  }

  readTimeStamp(): Value {
    if (this.fault !== undefined) return 0;
    return bigintToValue(BigInt.asUintN(64, this.#outside.readTimeStamp()));
  }

  identify(leaf: Value, subleaf: Value): Identity<Value> {
    const found = findIdentity(this.#identity, Number(leaf), Number(subleaf));
    return {
      eax: found.eax >>> 0,
      ebx: found.ebx >>> 0,
      ecx: found.ecx >>> 0,
      edx: found.edx >>> 0,
    };
  }

  /** The part of the state that lives here. */
  save(): Pick<CpuState, 'registers' | 'rip' | 'rflags' | 'special' | 'xmm' | 'shadow'> {
    const special = { ...initialState(0n, 0n).special };
    for (const name of SPECIAL_NAMES) special[name] = valueToBigint(this.readSpecial(name));
    const status = STATUS_FLAGS.map((flag) => BigInt(this.readFlag(flag)) << BigInt(flag));
    const rflags = status.reduce((word, bit) => word | bit, special.control | 2n);
    const { shadow } = this;
    const registers = this.#registers.save();
    const xmm = this.#xmm.save();
    return { registers, rip: valueToBigint(this.rip), rflags, special, xmm, shadow };
  }

  restore(state: CpuState): void {
    this.fault = undefined;
    this.request = NO_REQUEST;
    this.#registers.restore(state.registers);
    this.#xmm.restore(state.xmm);
    this.writeFlags(STATUS_FLAGS, (flag) => Number((state.rflags >> BigInt(flag)) & 1n));
    for (const name of SPECIAL_NAMES) this.#special.set(name, bigintToValue(state.special[name]));
    this.#special.set('control', bigintToValue(state.rflags & CONTROL_MASK));
    this.hasNewSpecials = true;
    this.#keepMode();
    this.rip = bigintToValue(state.rip);
    this.shadow = state.shadow;
  }
}

export const NO_REQUEST: Request = { kind: 'none' };
const HALT: Request = { kind: 'halt' };

/** Bits of the error code of #PF. */
export const ERROR_WRITE = 2;
const ERROR_USER = 4;
export const ERROR_FETCH = 16;

/** Bits of the status flags. */
const ALL_FLAGS = STATUS_FLAGS.reduce((mask: number, flag) => mask | (1 << flag), 0);

const MAPPED_END = Number(MAPPED_BYTES);

const SPECIAL_NAMES: readonly SpecialRegister[] = ['control', ...SPECIAL_REGISTERS];

/** AM of CR0. */
const ALIGNMENT_MASK = 1n << 18n;

/**
 * Not on a multiple of its size; what has no size of a power of two is probed in parts, and what is
 * larger than a register has an alignment of its own.
 */
function isOdd(address: bigint, bytes: number): boolean {
  return bytes <= 16 && (address & BigInt(bytes - 1)) !== 0n && (bytes & (bytes - 1)) === 0;
}

function portBytes(width: 8 | 16 | 32): 1 | 2 | 4 {
  return width === 8 ? 1 : width === 16 ? 2 : 4;
}
