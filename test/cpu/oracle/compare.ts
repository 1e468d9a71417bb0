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
    ...faultDifferences(vector, engine, native),
    ...registerDifferences(engine, native, instruction, start),
    ...difference('mxcsr', engine.mxcsr, native.mxcsr),
    ...xmmDifferences(vector, engine, native),
    ...(isPartlyDone(instruction, native)
      ? []
      : memoryDifference(vector, engine.block, native.block)),
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
export function isUndefined(i: Instruction, start: Start): boolean {
  if (i.form.definition.text === 'bswap') return i.width === 16;
  return /^sh[lr]d$/.test(i.form.definition.text) && shiftCount(i, start) > i.width;
}

/** The flags that the architecture leaves undefined when this is done. */
export function undefinedFlagsOf(start: Start, { vector }: Outcome): bigint {
  const decoded = decode(start.code, BigInt(CODE));
  if (vector !== undefined || decoded.kind !== 'instruction') return 0n;
  return undefinedFlags(decoded.instruction, start);
}

export function undefinedFlags(i: Instruction, start: Start): bigint {
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

/** The count as it is masked. */
function shiftCount(i: Instruction, start: Start): number {
  return Number(shiftOperand(i, start) & (i.width === 64 ? 63n : 31n));
}

/** The count as it stands in the operand. */
export function shiftOperand(i: Instruction, start: Start): bigint {
  const operand = i.third.kind === 'absent' ? i.second : i.third;
  const value =
    operand.kind === 'immediate'
      ? BigInt(operand.value)
      : operand.kind === 'register'
        ? start.registers[1]
        : 0n;
  return value ?? 0n;
}

/** Which of the 512 bytes of a saved state faults first is not architectural. */
function faultDifferences(vector: Vector, engine: Outcome, native: Outcome): string[] {
  if (engine.vector === undefined || engine.vector !== native.vector) return [];
  const code = difference('error code', engine.errorCode, native.errorCode);
  const isState = /^fx/.test(vector.form.definition.text);
  if (engine.vector !== PAGE_FAULT || isState) return code;
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

/** Estimates may differ within the bound of the architecture. */
function xmmDifferences(vector: Vector, engine: Outcome, native: Outcome): string[] {
  const isEstimate = /^(rcp|rsqrt)/.test(vector.form.definition.text);
  return engine.xmm.flatMap((value, k) => {
    const other = native.xmm[k] ?? 0n;
    if (isEstimate && isNearInBoth(value, other)) return [];
    return difference(`xmm${k >> 1}, half ${k & 1}`, value, other);
  });
}

function isNearInBoth(a: bigint, b: bigint): boolean {
  return isNear(a & 0xffff_ffffn, b & 0xffff_ffffn) && isNear(a >> 32n, b >> 32n);
}

/** Relative error of at most 1.5 / 2^12; a processor need not give denormals. */
function isNear(a: bigint, b: bigint): boolean {
  if (a === b) return true;
  const [x, y] = [singleOf(a), singleOf(b)];
  if (Math.abs(x) < SMALLEST_NORMAL * 2 && Math.abs(y) < SMALLEST_NORMAL * 2) return true;
  return Math.abs(x - y) <= ESTIMATE_ERROR * Math.abs(x);
}

function singleOf(bits: bigint): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint32(0, Number(bits));
  return view.getFloat32(0);
}

const ESTIMATE_ERROR = 1.5 / 2 ** 12;
const SMALLEST_NORMAL = 2 ** -126;

/** The bits that MXCSR has are not the same on every processor. */
function memoryDifference(vector: Vector, engine: Uint8Array, native: Uint8Array): string[] {
  if (vector.form.definition.text.startsWith('fxsave')) {
    [engine, native] = [Uint8Array.from(engine), Uint8Array.from(native)];
    for (const block of [engine, native]) block.fill(0, 28, 32);
  }
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
  const xmm = start.xmm.map((value) => value.toString(16)).join(' ');
  const first = `  from flags ${start.flags.toString(16)}, registers ${registers}`;
  return `${first}\n  mxcsr ${start.mxcsr.toString(16)}, xmm ${xmm}`;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
