// The algebra in which the meaning of every instruction is written: fixed-width unsigned values,
// registers, flags, memory, and questions to the outside. It says what an execution must provide,
// never how: the interpreter evaluates at once, a translator may emit code.
// Spec: cpu.md, "Meaning".

import type { ExceptionName } from './exception.ts';

/** Width of a value in bits; 1 is a truth value. */
export type Width = 1 | 8 | 16 | 32 | 64;
/** Width of an operand in bits. */
export type OperandWidth = 8 | 16 | 32 | 64;

/** The status flags, named by their bit in RFLAGS. */
export const CF = 0;
export const PF = 2;
export const AF = 4;
export const ZF = 6;
export const SF = 7;
export const OF = 11;
export type Flag = 0 | 2 | 4 | 6 | 7 | 11;

/** Registers beside the sixteen general ones; `control` holds the other bits of RFLAGS. */
export type SpecialRegister =
  | 'control'
  | ('cr0' | 'cr2' | 'cr3' | 'cr4')
  | ('gdtBase' | 'gdtLimit' | 'idtBase' | 'idtLimit')
  | ('es' | 'cs' | 'ss' | 'ds' | 'fs' | 'gs')
  | ('fsBase' | 'gsBase')
  | ('tr' | 'trBase' | 'trLimit')
  | ('apicBase' | 'efer')
  | ('kernelGsBase' | 'star' | 'lstar' | 'cstar' | 'fmask' | 'tscAux')
  | ('ldt' | 'ldtBase' | 'ldtLimit' | 'dataLevels')
  | ('dr0' | 'dr1' | 'dr2' | 'dr3' | 'dr6' | 'dr7')
  | 'mxcsr';

/**
 * Which exception a bad address raises: #SS through the stack segment, #GP otherwise. The
 * processor's own accesses to its tables are for 'system': never those of a user.
 */
export type AddressUse = 'data' | 'stack' | 'system';

/** Quotient and remainder; `fits` is 0 for a divisor of 0 and for a quotient that is too wide. */
export type Division<V> = { readonly quotient: V; readonly remainder: V; readonly fits: V };

/** Half of an XMM register; 1 is the upper. */
export type Half = 0 | 1;
/** Width of a number in a binary format of IEEE 754. */
export type FloatWidth = 32 | 64;

/**
 * Exceptions of a floating-point operation: 8 bits, of which 0 to 5 are as in MXCSR. A meaning only
 * accrues them (mxcsr.ts): where that changes MXCSR or faults, they are exact. Where it does
 * neither, an execution may name one that is masked and whose flag is set, though it did not come.
 */
export type Floating<V> = { readonly value: V; readonly exceptions: V };

/** Truth values; all three are 0 for greater. */
export type FloatOrder<V> = {
  readonly less: V;
  readonly equal: V;
  /** One of the two is a NaN. */
  readonly unordered: V;
  /** Those of a comparison that only a signalling NaN offends. */
  readonly exceptions: V;
};

/** What the processor says of itself for one leaf. */
export type Identity<V> = { readonly eax: V; readonly ebx: V; readonly ecx: V; readonly edx: V };

/**
 * Laws. Every operation is total: a shift by the width or more gives zeros (or copies of the
 * sign), a division that does not fit gives zeros. A value of width w is an unsigned number below
 * 2^w; operands must have the width that is named. No meaning may decide in the host language on
 * a value: it uses `select` or `when`. After a fault every later effect of the instruction is
 * void, so a meaning that only reads before it writes is all or nothing; what was written before
 * stays, and only the flags of MXCSR are written so.
 *
 * spec: cpu.one-meaning
 */
export interface Algebra<V> {
  /** A number stands for the same integer; a negative one for 64 bits in two's complement. */
  constant(width: Width, value: number | bigint): V;

  add(width: Width, a: V, b: V): V;
  subtract(width: Width, a: V, b: V): V;
  multiply(width: Width, a: V, b: V): V;
  /** The upper half of the product of twice the width. */
  multiplyHigh(width: OperandWidth, a: V, b: V): V;
  multiplyHighSigned(width: OperandWidth, a: V, b: V): V;
  /** Divides high:low, a number of twice the width. */
  divide(width: OperandWidth, high: V, low: V, divisor: V): Division<V>;
  /** The same for numbers in two's complement; the quotient is rounded towards zero. */
  divideSigned(width: OperandWidth, high: V, low: V, divisor: V): Division<V>;

  and(width: Width, a: V, b: V): V;
  or(width: Width, a: V, b: V): V;
  xor(width: Width, a: V, b: V): V;
  not(width: Width, a: V): V;
  /** Counts of shifts are unsigned and 8 bits wide. */
  shiftLeft(width: OperandWidth, a: V, count: V): V;
  shiftRight(width: OperandWidth, a: V, count: V): V;
  shiftRightSigned(width: OperandWidth, a: V, count: V): V;
  /** The width for a value of 0. */
  trailingZeros(width: OperandWidth, a: V): V;
  leadingZeros(width: OperandWidth, a: V): V;
  onesCount(width: OperandWidth, a: V): V;

  equal(width: Width, a: V, b: V): V;
  less(width: Width, a: V, b: V): V;
  select(width: Width, condition: V, whenTrue: V, whenFalse: V): V;

  zeroExtend(from: Width, to: Width, a: V): V;
  signExtend(from: OperandWidth, to: OperandWidth, a: V): V;
  truncate(from: Width, to: Width, a: V): V;

  readRegister(index: number): V;
  writeRegister(index: number, value: V): void;
  readFlag(flag: Flag): V;
  /**
   * Sets the flags named, each to what `recipe` gives for it. An execution may ask for a flag
   * late, or never: a recipe uses values that are already there and pure operations alone.
   */
  writeFlags(flags: readonly Flag[], recipe: (flag: Flag) => V): void;
  readSpecial(register: SpecialRegister): V;
  writeSpecial(register: SpecialRegister, value: V): void;

  load(width: OperandWidth, address: V, use: AddressUse): V;
  /** A load of what the same instruction stores afterwards: faults as the store would. */
  loadToStore(width: OperandWidth, address: V, use: AddressUse): V;
  store(width: OperandWidth, address: V, value: V, use: AddressUse): void;

  /** Faults as an access to that many bytes would, and accesses none of them. */
  probe(bytes: number, address: V, use: AddressUse, access: 'load' | 'store'): void;

  readXmm(register: number, half: Half): V;
  writeXmm(register: number, half: Half, value: V): void;

  /**
   * Floating point. `control` is MXCSR, 32 bits wide: rounding, zeros for denormals and masks are
   * taken from there and from nowhere else; nothing is written to it. The value is what the
   * instruction leaves when all exceptions are masked.
   *
   * spec: cpu.float-result
   */
  floatCompute(
    operation: 'add' | 'subtract' | 'multiply' | 'divide',
    width: FloatWidth,
    control: V,
    a: V,
    b: V,
  ): Floating<V>;
  floatSquareRoot(width: FloatWidth, control: V, a: V): Floating<V>;
  floatCompare(width: FloatWidth, control: V, a: V, b: V): FloatOrder<V>;
  /** From one format to the other. */
  floatConvert(from: FloatWidth, control: V, a: V): Floating<V>;
  /** From an integer in two's complement. */
  floatFromInteger(from: 32 | 64, to: FloatWidth, control: V, a: V): Floating<V>;
  /** The least integer in place of one that does not fit. */
  floatToInteger(from: FloatWidth, to: 32 | 64, control: V, a: V): Floating<V>;

  /** Carries out `body` if the condition is 1. */
  when(condition: V, body: () => void): void;
  /** Continues at `target` instead of the next instruction if the condition is 1. */
  jumpWhen(condition: V, target: V): void;
  /**
   * Raises the exception if the condition is 1; all that follows is then void. The error code,
   * 64 bits wide, is 0 unless given.
   */
  faultWhen(condition: V, exception: ExceptionName, errorCode?: V): void;

  /** Enters the handler of a vector after this instruction; INT1 alone asks no gate's level. */
  interrupt(vector: number, by: 'INT' | 'INT1'): void;
  /** Waits for an interrupt after this instruction. */
  halt(): void;
  /** Holds interrupts back until the next instruction has been executed. */
  shadowInterrupts(): void;

  readPort(width: 8 | 16 | 32, port: V): V;
  writePort(width: 8 | 16 | 32, port: V, value: V): void;
  readTimeStamp(): V;
  identify(leaf: V, subleaf: V): Identity<V>;
}
