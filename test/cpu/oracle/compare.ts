// Compares what the engine and the processor made of a vector, leaving out only what the
// architecture leaves undefined.

import type { Flag } from '../../../impl/cpu/algebra.ts';
import { decode, type Instruction, instructionToText } from '../../../impl/cpu/index.ts';
import { CODE, type Outcome, type Start } from './layout.ts';
import type { Vector } from './vectors.ts';

const PAGE_FAULT = 14;

/** A report of every difference, or undefined. */
export function findMismatch(vector: Vector, engine: Outcome, native: Outcome): string | undefined {
  const { start } = vector;
  const decoded = decode(start.code, BigInt(CODE));
  const instruction = decoded.kind === 'instruction' ? decoded.instruction : undefined;
  if (instruction !== undefined && isUndefined(instruction, start)) return undefined;
  const mask = instruction === undefined ? 0n : undefinedFlags(instruction, start);
  const lines = [
    ...difference('vector', engine.vector, native.vector),
    ...difference('rip', engine.rip, native.rip),
    ...difference('flags', engine.flags & ~mask, native.flags & ~mask),
    ...difference('base of FS', engine.fsBase, native.fsBase),
    ...difference('base of GS', engine.gsBase, native.gsBase),
    ...difference('segments', engine.segments, native.segments),
    ...faultDifferences(engine, native),
    ...registerDifferences(engine, native, instruction, start),
    ...(isPartlyDone(instruction, native) ? [] : memoryDifference(engine.block, native.block)),
  ];
  if (lines.length === 0) return undefined;
  const text = instruction === undefined ? 'invalid' : instructionToText(instruction);
  return [`${vector.form.line}: ${text} (${hex(start.code)})`, describe(start), ...lines].join(
    '\n',
  );
}

/** An ENTER that faults has pushed already on processors; here nothing is pushed. */
function isPartlyDone(i: Instruction | undefined, native: Outcome): boolean {
  return i?.form.definition.text === 'enter' && native.vector !== undefined;
}

/** 16-bit BSWAP, and double shifts of 16 bits by more than 16. */
function isUndefined(i: Instruction, start: Start): boolean {
  if (i.form.definition.text === 'bswap') return i.width === 16;
  return /^sh[lr]d$/.test(i.form.definition.text) && shiftCount(i, start) > i.width;
}

function undefinedFlags(i: Instruction, start: Start): bigint {
  const rules = i.form.definition.undefinedFlags;
  if (rules === undefined) return 0n;
  const count = shiftCount(i, start);
  const flags = [
    ...(rules.always ?? []),
    ...(count === 1 || count === 0 ? [] : (rules.countNotOne ?? [])),
    ...(count >= i.width ? (rules.countWide ?? []) : []),
  ];
  const isCounted = rules.countNotOne !== undefined;
  // A masked count of 0 changes nothing, and that is defined.
  if (isCounted && count === 0) return 0n;
  return flags.reduce((mask: bigint, flag: Flag) => mask | (1n << BigInt(flag)), 0n);
}

function shiftCount(i: Instruction, start: Start): number {
  const operand = i.third.kind === 'absent' ? i.second : i.third;
  const value =
    operand.kind === 'immediate'
      ? operand.value
      : operand.kind === 'register'
        ? start.registers[1]
        : 0n;
  return Number((value ?? 0n) & (i.width === 64 ? 63n : 31n));
}

function faultDifferences(engine: Outcome, native: Outcome): string[] {
  if (engine.vector === undefined || engine.vector !== native.vector) return [];
  const code = difference('error code', engine.errorCode, native.errorCode);
  if (engine.vector !== PAGE_FAULT) return code;
  return [...code, ...difference('address', engine.faultAddress, native.faultAddress)];
}

function registerDifferences(
  engine: Outcome,
  native: Outcome,
  instruction: Instruction | undefined,
  start: Start,
): string[] {
  return engine.registers.flatMap((value, k) => {
    const other = native.registers[k] ?? 0n;
    const mask = isHalfUndefined(instruction, start, k) ? 0xffff_ffffn : 0xffff_ffff_ffff_ffffn;
    return difference(`register ${k}`, value & mask, other & mask);
  });
}

/** A scan of 32 bits without a bit may clear the upper half of its destination. */
function isHalfUndefined(i: Instruction | undefined, start: Start, register: number): boolean {
  if (i === undefined || i.width !== 32 || !/^bs[fr]$/.test(i.form.definition.text)) return false;
  return i.first.kind === 'register' && i.first.index === register && start.code.length > 0;
}

function memoryDifference(engine: Uint8Array, native: Uint8Array): string[] {
  if (Buffer.compare(engine, native) === 0) return [];
  const at = engine.findIndex((byte, k) => byte !== native[k]);
  return difference(`memory from ${at}`, hex(engine.subarray(at)), hex(native.subarray(at)));
}

function difference<T extends bigint | number | string | undefined>(
  what: string,
  engine: T,
  native: T,
): string[] {
  if (engine === native) return [];
  return [`  ${what}: engine ${show(engine)}, processor ${show(native)}`];
}

function show(value: bigint | number | string | undefined): string {
  return typeof value === 'bigint' ? `0x${value.toString(16)}` : String(value);
}

function describe(start: Start): string {
  const registers = start.registers.map((value) => value.toString(16)).join(' ');
  return `  from flags ${start.flags.toString(16)}, registers ${registers}`;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
