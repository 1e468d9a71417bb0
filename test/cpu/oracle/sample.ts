// The instruction vectors of conformance/instructions: how a vector and what came of it stand on a line.
// A line names only what differs from the state that all vectors start from, and of what came of it
// only what differs from where it started. Spec: conformance.md, "Instruction vectors".

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { BLOCK, BLOCK_BYTES, COMPARED_FLAGS, type Outcome, type Start } from './layout.ts';

/** Names of registers and their values in hexadecimal; memory by its address. */
export type Fields = {
  [name: string]: string | Memory | Fault | undefined;
  memory?: Memory;
  exception?: Fault;
};
type Memory = { [address: string]: string };
type Fault = { vector: number; error: string; address?: string };

export type Line = {
  readonly id: string;
  readonly text: string;
  /** Of chapter cpu; it is evidence for them. */
  readonly clauses?: readonly string[];
  readonly code: string;
  readonly before: Fields;
  /** What the processor made of it. */
  readonly after: Fields;
  /** A mask: where a flag of the outcome is the standard's choice, and `after` may be another's. */
  readonly undefinedFlags?: string;
  /** What the standard has in its place, where the architecture leaves it open. */
  readonly standard?: Fields;
};

export const SAMPLE: string = fileURLToPath(
  new URL('../../../conformance/instructions/', import.meta.url),
);

const PAGE_FAULT = 14;
const REGISTERS = 'rax rcx rdx rbx rsp rbp rsi rdi r8 r9 r10 r11 r12 r13 r14 r15'.split(' ');
const SEGMENTS = ['es', 'ds', 'fs', 'gs'];
/** Set in a process, and changed by none of the vectors. */
export const FLAGS_ALWAYS = 0x202n;

/** What every vector starts from: each byte tells which register, or which place, it is of. */
export const DEFAULT_START: Start = {
  code: new Uint8Array(),
  registers: REGISTERS.map((name, k) => (name === 'rsp' ? BigInt(BLOCK + 192) : ofByte(0xa0 + k))),
  flags: FLAGS_ALWAYS,
  fsBase: 0n,
  gsBase: 0n,
  xmm: Array.from({ length: 32 }, (_, k) => ofByte(0x80 + k)),
  mxcsr: 0x1f80n,
  block: Uint8Array.from({ length: BLOCK_BYTES }, (_, k) => (7 * k + 3) & 0xff),
};

function ofByte(byte: number): bigint {
  return BigInt(byte) * 0x0101_0101_0101_0101n;
}

export function startToFields(start: Start): Fields {
  return differing(start, fieldsOf(start), DEFAULT_START, fieldsOf(DEFAULT_START));
}

/** What the outcome changed. */
export function outcomeToFields(outcome: Outcome, start: Start): Fields {
  const fields = differing(outcome, fieldsOf(outcome), start, fieldsOf(start));
  return { ...fields, ...exceptionField(outcome) };
}

/** What one outcome has and the other has not. */
export function overrides(wanted: Outcome, given: Outcome): Fields | undefined {
  const fields = differing(wanted, fieldsOf(wanted), given, fieldsOf(given));
  const [one, other] = [exceptionField(wanted), exceptionField(given)];
  const all = JSON.stringify(one) === JSON.stringify(other) ? fields : { ...fields, ...one };
  return Object.keys(all).length === 0 ? undefined : all;
}

export type Scalars = { [name: string]: string };

/** Every register by its name; memory is left out. */
export function fieldsOf(state: Start | Outcome): Scalars {
  const fields: Scalars = {};
  REGISTERS.forEach((name, k) => {
    fields[name] = (state.registers[k] ?? 0n).toString(16);
  });
  for (let k = 0; k < 16; k += 1) {
    const [low = 0n, high = 0n] = state.xmm.slice(2 * k);
    fields[`xmm${k}`] = ((high << 64n) | low).toString(16).padStart(32, '0');
  }
  const segments = 'segments' in state ? state.segments : 0n;
  SEGMENTS.forEach((name, k) => {
    fields[name] = ((segments >> BigInt(16 * k)) & 0xffffn).toString(16);
  });
  fields.flags = (state.flags & COMPARED_FLAGS).toString(16);
  for (const name of ['fsBase', 'gsBase', 'mxcsr'] as const)
    fields[name] = state[name].toString(16);
  if ('rip' in state) fields.rip = state.rip.toString(16);
  return fields;
}

function differing(
  a: Start | Outcome,
  fields: Scalars,
  b: Start | Outcome,
  others: Scalars,
): Fields {
  const different = Object.entries(fields).filter(([name, value]) => others[name] !== value);
  const memory = memoryDifferences(a.block, b.block);
  return {
    ...Object.fromEntries(different),
    ...(Object.keys(memory).length === 0 ? {} : { memory }),
  };
}

/** Runs of bytes that differ. */
function memoryDifferences(block: Uint8Array, other: Uint8Array): Memory {
  const memory: Memory = {};
  for (let at = 0; at < BLOCK_BYTES; at += 1) {
    let end = at;
    while (end < BLOCK_BYTES && block[end] !== other[end]) end += 1;
    if (end === at) continue;
    memory[(BLOCK + at).toString(16)] = Buffer.from(block.subarray(at, end)).toString('hex');
    at = end;
  }
  return memory;
}

function exceptionField(outcome: Outcome): { exception?: Fault } {
  const { vector, errorCode, faultAddress } = outcome;
  if (vector === undefined) return {};
  const address = vector === PAGE_FAULT ? { address: faultAddress.toString(16) } : {};
  return { exception: { vector, error: errorCode.toString(16), ...address } };
}

export function lineToStart({ code, before }: Pick<Line, 'code' | 'before'>): Start {
  const words = (name: string, start: bigint): bigint => wordOf(before[name], start);
  const { registers, xmm, fsBase, gsBase, mxcsr, block } = DEFAULT_START;
  const halves = Array.from({ length: 16 }, (_, k) => {
    const whole = ((xmm[2 * k + 1] ?? 0n) << 64n) | (xmm[2 * k] ?? 0n);
    const value = words(`xmm${k}`, whole);
    return [BigInt.asUintN(64, value), value >> 64n];
  });
  return {
    code: Buffer.from(code, 'hex'),
    registers: REGISTERS.map((name, k) => words(name, registers[k] ?? 0n)),
    flags: words('flags', 0n) | FLAGS_ALWAYS,
    fsBase: words('fsBase', fsBase),
    gsBase: words('gsBase', gsBase),
    xmm: halves.flat(),
    mxcsr: words('mxcsr', mxcsr),
    block: withMemory(block, before.memory),
  };
}

function wordOf(field: Fields[string], otherwise: bigint): bigint {
  return typeof field === 'string' ? BigInt(`0x${field}`) : otherwise;
}

function withMemory(block: Uint8Array, memory: Memory = {}): Uint8Array {
  const changed = Uint8Array.from(block);
  for (const [address, bytes] of Object.entries(memory)) {
    changed.set(Buffer.from(bytes, 'hex'), Number.parseInt(address, 16) - BLOCK);
  }
  return changed;
}

/** What an implementation of the standard must make of the line, and the engine did not. */
export function differencesFromLine(line: Line, start: Start, outcome: Outcome): string[] {
  const { memory: _, exception: __, ...before } = fieldsOf(start);
  const expected = { ...before, ...line.after, ...line.standard };
  const actual = fieldsOf(outcome);
  const scalars = Object.entries(actual)
    .filter(([name, value]) => expected[name] !== value)
    .map(([name, value]) => `${name}: expected ${String(expected[name])}, got ${value}`);
  const exception = JSON.stringify(expected.exception);
  const raised = JSON.stringify(exceptionField(outcome).exception);
  if (exception !== raised) scalars.push(`exception: expected ${exception}, got ${raised}`);
  const after = withMemory(start.block, line.after.memory);
  const wrong = memoryDifferences(outcome.block, withMemory(after, line.standard?.memory));
  const places = Object.entries(wrong).map(([at, bytes]) => `memory at ${at}: got ${bytes}`);
  return [...scalars, ...places].map((text) => `${line.id} (${line.text}): ${text}`);
}

/** The families of the sample, in the order of their names. */
export function sampleFamilies(): string[] {
  if (!existsSync(SAMPLE)) return [];
  const files = readdirSync(SAMPLE).filter((name) => name.endsWith('.jsonl'));
  return files.map((name) => name.replace('.jsonl', '')).sort();
}

/** A schema has been held against every line: sample.test.ts. */
export function readFamily(family: string): Line[] {
  const lines = readFileSync(`${SAMPLE}${family}.jsonl`, 'utf8').trim().split('\n');
  return lines.map((line): Line => JSON.parse(line));
}
