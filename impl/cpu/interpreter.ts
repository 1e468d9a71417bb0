// The reference execution of the algebra: evaluates at once, on BigInt. It executes one
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
import { AC_BIT, CONTROL_MASK, type Recipe, STATUS_FLAGS, TF_BIT } from './flags.ts';
import type { Instruction } from './instruction.ts';
import { createMemory, findBadAddress, type PhysicalMemory } from './memory.ts';
import type { MmioWindow, Outside } from './outside.ts';
import { type CpuState, initialState } from './state.ts';
import { BigintValues } from './values.ts';

export type InterpreterOptions = {
  readonly ram: Uint8Array;
  readonly outside: Outside;
  readonly windows: readonly MmioWindow[];
  readonly identity: readonly IdentityLeaf[];
  /** Where the sixteen registers and the marks of code lie, if something else uses them too. */
  readonly registers?: BigUint64Array;
  readonly marks?: Uint8Array;
};

/** What an instruction asks for beyond its writes. */
export type Request =
  | { readonly kind: 'none' }
  | { readonly kind: 'halt' }
  | { readonly kind: 'interrupt'; readonly vector: number; readonly by: 'INT' | 'INT1' };

export class Interpreter extends BigintValues implements Algebra<bigint> {
  readonly memory: PhysicalMemory;
  readonly decoded: DecodeCache;
  rip = 0n;
  /** Where execution continues after the instruction under way. */
  target = 0n;
  /** Set once in an instruction, then every effect is void. spec: cpu.fault-retires-nothing */
  fault: Exception | undefined;
  request: Request = NO_REQUEST;
  shadow = false;
  /** TF, kept beside `control` because every step asks for it. */
  traps = false;
  /** Privilege level 3, kept beside `cs`: accesses other than the processor's own are a user's. */
  isUser = false;
  /** Whether a user's access must lie on a multiple of its size. */
  #isAlignmentChecked = false;

  readonly #outside: Outside;
  readonly #identity: readonly IdentityLeaf[];
  readonly #view: DataView;
  /** Addresses below it can be accessed in RAM at any width. */
  readonly #ramEnd: bigint;
  readonly #registers: BigUint64Array;
  readonly #flags: bigint[] = new Array(12).fill(0n);
  readonly #recipes: (Recipe<bigint> | undefined)[] = new Array(12).fill(undefined);
  readonly #special: Record<SpecialRegister, bigint> = { ...initialState(0n, 0n).special };

  readonly #xmm: bigint[] = [...initialState(0n, 0n).xmm];

  constructor(options: InterpreterOptions) {
    super();
    const { ram } = options;
    this.memory = createMemory(ram, options.windows, options.outside);
    this.decoded = new DecodeCache(ram.length, options.marks);
    this.#registers = options.registers ?? new BigUint64Array(16);
    this.#outside = options.outside;
    this.#identity = options.identity;
    this.#view = new DataView(ram.buffer, ram.byteOffset, ram.length);
    this.#ramEnd = BigInt(Math.max(0, ram.length - 7));
  }

  /** Carries out one instruction; `fault`, `request` and `target` say what came of it. */
  execute(instruction: Instruction): void {
    this.target = instruction.next;
    instruction.form.definition.meaning(this, instruction);
  }

  readRegister(index: number): bigint {
    return this.#registers[index] ?? 0n;
  }

  writeRegister(index: number, value: bigint): void {
    if (this.fault === undefined) this.#registers[index] = value;
  }

  readFlag(flag: Flag): bigint {
    const recipe = this.#recipes[flag];
    if (recipe !== undefined) {
      this.#recipes[flag] = undefined;
      this.#flags[flag] = recipe(flag);
    }
    return this.#flags[flag] ?? 0n;
  }

  writeFlags(flags: readonly Flag[], recipe: Recipe<bigint>): void {
    if (this.fault !== undefined) return;
    for (const flag of flags) this.#recipes[flag] = recipe;
  }

  /** Whether every flag is still what a recipe gives, and none has been asked for. */
  areFlagsFrom(recipe: Recipe<bigint>): boolean {
    return STATUS_FLAGS.every((flag) => this.#recipes[flag] === recipe);
  }

  readSpecial(register: SpecialRegister): bigint {
    return this.#special[register];
  }

  writeSpecial(register: SpecialRegister, value: bigint): void {
    if (this.fault !== undefined) return;
    this.#special[register] = value;
    if (register === 'control' || register === 'cs' || register === 'cr0') this.#keepMode();
  }

  /** spec: cpu.alignment-check */
  #keepMode(): void {
    const { control, cs, cr0 } = this.#special;
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

  load(width: OperandWidth, address: bigint, use: AddressUse): bigint {
    if (address < this.#ramEnd && !this.#isAlignmentChecked) {
      return this.#loadRam(width, Number(address));
    }
    if (this.fault !== undefined || this.faultAtBadAddress(address, width / 8, use, 0)) return 0n;
    return this.memory.read(Number(address), width);
  }

  loadToStore(width: OperandWidth, address: bigint, use: AddressUse): bigint {
    if (address < this.#ramEnd && !this.#isAlignmentChecked) {
      return this.#loadRam(width, Number(address));
    }
    if (this.fault !== undefined) return 0n;
    if (this.faultAtBadAddress(address, width / 8, use, ERROR_WRITE)) return 0n;
    return this.memory.read(Number(address), width);
  }

  store(width: OperandWidth, address: bigint, value: bigint, use: AddressUse): void {
    if (this.fault !== undefined) return;
    if (address < this.#ramEnd && !this.#isAlignmentChecked) {
      const at = Number(address);
      this.#storeRam(width, at, value);
      this.decoded.forget(at, width / 8);
      return;
    }
    if (this.faultAtBadAddress(address, width / 8, use, ERROR_WRITE)) return;
    const at = Number(address);
    if (this.memory.write(at, width, value)) this.decoded.forget(at, width / 8);
  }

  probe(bytes: number, address: bigint, use: AddressUse, access: 'load' | 'store'): void {
    if (this.fault !== undefined) return;
    this.faultAtBadAddress(address, bytes, use, access === 'store' ? ERROR_WRITE : 0);
  }

  #loadRam(width: OperandWidth, at: number): bigint {
    switch (width) {
      case 8:
        return BigInt(this.#view.getUint8(at));
      case 16:
        return BigInt(this.#view.getUint16(at, true));
      case 32:
        return BigInt(this.#view.getUint32(at, true));
      case 64:
        return this.#view.getBigUint64(at, true);
    }
  }

  #storeRam(width: OperandWidth, at: number, value: bigint): void {
    switch (width) {
      case 8:
        this.#view.setUint8(at, Number(value));
        break;
      case 16:
        this.#view.setUint16(at, Number(value), true);
        break;
      case 32:
        this.#view.setUint32(at, Number(value), true);
        break;
      case 64:
        this.#view.setBigUint64(at, value, true);
        break;
    }
  }

  /** Raises what a bad address raises, and says whether it did. spec: cpu.address-faults */
  faultAtBadAddress(address: bigint, bytes: number, use: AddressUse, errorCode: number): boolean {
    const bad = findBadAddress(address, bytes);
    if (bad?.kind === 'not-canonical') {
      this.fault = exceptionOf(use === 'stack' ? '#SS' : '#GP');
    } else if (this.#isOddForUser(address, bytes, use, errorCode)) {
      this.fault = exceptionOf('#AC');
    } else if (bad === undefined) {
      return false;
    } else {
      this.writeSpecial('cr2', bad.address);
      const isUsers = this.isUser && use !== 'system';
      this.fault = { name: '#PF', errorCode: errorCode | (isUsers ? ERROR_USER : 0) };
    }
    return true;
  }

  #isOddForUser(address: bigint, bytes: number, use: AddressUse, errorCode: number): boolean {
    const isChecked = this.#isAlignmentChecked && use !== 'system' && errorCode !== ERROR_FETCH;
    return isChecked && isOdd(address, bytes);
  }

  readXmm(register: number, half: Half): bigint {
    return this.#xmm[2 * register + half] ?? 0n;
  }

  writeXmm(register: number, half: Half, value: bigint): void {
    if (this.fault === undefined) this.#xmm[2 * register + half] = value;
  }

  when(condition: bigint, body: () => void): void {
    if (condition === 1n) body();
  }

  jumpWhen(condition: bigint, target: bigint): void {
    if (condition === 1n) this.target = target;
  }

  faultWhen(condition: bigint, name: ExceptionName, errorCode?: bigint): void {
    if (condition !== 1n || this.fault !== undefined) return;
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

  readPort(width: 8 | 16 | 32, port: bigint): bigint {
    if (this.fault !== undefined) return 0n;
    const value = this.#outside.readPort(Number(port), portBytes(width));
    return BigInt.asUintN(width, BigInt(value >>> 0));
  }

  writePort(width: 8 | 16 | 32, port: bigint, value: bigint): void {
    if (this.fault !== undefined) return;
    this.#outside.writePort(Number(port), portBytes(width), Number(value));
  }

  readTimeStamp(): bigint {
    if (this.fault !== undefined) return 0n;
    return BigInt.asUintN(64, this.#outside.readTimeStamp());
  }

  identify(leaf: bigint, subleaf: bigint): Identity<bigint> {
    const found = findIdentity(this.#identity, Number(leaf), Number(subleaf));
    return {
      eax: BigInt(found.eax >>> 0),
      ebx: BigInt(found.ebx >>> 0),
      ecx: BigInt(found.ecx >>> 0),
      edx: BigInt(found.edx >>> 0),
    };
  }

  /** The part of the state that lives here. */
  save(): Pick<CpuState, 'registers' | 'rip' | 'rflags' | 'special' | 'xmm' | 'shadow'> {
    const status = STATUS_FLAGS.map((flag) => this.readFlag(flag) << BigInt(flag));
    const rflags = status.reduce((word, bit) => word | bit, this.#special.control | 2n);
    const { rip, shadow } = this;
    const registers = [...this.#registers];
    return { registers, rip, rflags, special: { ...this.#special }, xmm: [...this.#xmm], shadow };
  }

  restore(state: CpuState): void {
    this.fault = undefined;
    this.request = NO_REQUEST;
    state.registers.forEach((value, index) => {
      this.writeRegister(index, value);
    });
    state.xmm.forEach((value, k) => {
      this.#xmm[k] = value;
    });
    this.writeFlags(STATUS_FLAGS, (flag) => (state.rflags >> BigInt(flag)) & 1n);
    Object.assign(this.#special, state.special);
    this.writeSpecial('control', state.rflags & CONTROL_MASK);
    this.rip = state.rip;
    this.shadow = state.shadow;
  }
}

export const NO_REQUEST: Request = { kind: 'none' };
const HALT: Request = { kind: 'halt' };

/** Bits of the error code of #PF. */
export const ERROR_WRITE = 2;
const ERROR_USER = 4;
export const ERROR_FETCH = 16;

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
