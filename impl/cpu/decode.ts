// Decodes the bytes at an address into an instruction of the table. It reads no memory and knows
// no meaning; whatever it does not find in the table is invalid. Spec: cpu.md, "Decoding".

import type { OperandWidth } from './algebra.ts';
import { readOperands, segmentOf } from './decode-operands.ts';
import { bigintToValue, type Value, valueToBigint } from './fast-values.ts';
import type {
  Form,
  Instruction,
  MandatoryPrefix,
  OpcodeMap,
  Operand,
  OperandCode,
  Repeat,
} from './instruction.ts';
import {
  createReader,
  type Prefixes,
  type Reader,
  readByte,
  readPrefixes,
  readVex,
} from './instruction-bytes.ts';
import { formsAt } from './table.ts';

/** Longer instructions raise #GP. spec: cpu.instruction-length */
export const INSTRUCTION_BYTES_MAX = 15;

export type Decoded =
  | { readonly kind: 'instruction'; readonly instruction: Instruction }
  /** Not in the table, or a form that the architecture forbids. spec: cpu.undefined-opcodes */
  | { readonly kind: 'invalid' }
  /** The instruction goes on behind the last byte given. */
  | { readonly kind: 'incomplete' };

/** Decodes from the start of `bytes`, at most INSTRUCTION_BYTES_MAX of them. */
export function decode(bytes: Uint8Array, address: bigint): Decoded {
  const reader = createReader(bytes.subarray(0, INSTRUCTION_BYTES_MAX));
  const prefixes = readPrefixes(reader);
  const found = findForm(reader, prefixes);
  if (reader.ranOut) return { kind: 'incomplete' };
  if (found === undefined) return { kind: 'invalid' };
  const { form, modrm } = found;
  const width = operationWidth(form, prefixes);
  const operands = readOperands({ reader, prefixes, form, modrm, width });
  if (reader.ranOut) return { kind: 'incomplete' };
  const next = BigInt.asUintN(64, address + BigInt(reader.position));
  const resolved = operands.map((raw) => (raw === undefined ? undefined : resolve(raw, next)));
  const instruction = assemble(resolved, { form, prefixes, width, address, next });
  if (instruction === undefined) return { kind: 'invalid' };
  return { kind: 'instruction', instruction };
}

/** Reads the opcode, and ModRM where a form at it has one. */
function findForm(reader: Reader, prefixes: Prefixes): { form: Form; modrm: number } | undefined {
  const place = readOpcode(reader, prefixes);
  if (reader.ranOut || place === undefined) return undefined;
  const forms = formsAt(place.map, place.opcode, prefixes.vex !== undefined);
  const modrm = forms.some((form) => form.hasModrm) ? readByte(reader) : 0;
  const form = forms.find((candidate) => isMatch(candidate, prefixes, modrm));
  return form === undefined ? undefined : { form, modrm };
}

/** The opcode and its map; undefined where a VEX prefix names a map that is not there. */
function readOpcode(
  reader: Reader,
  prefixes: Prefixes,
): { map: OpcodeMap; opcode: number } | undefined {
  const first = readByte(reader);
  if (first === 0xc4 || first === 0xc5) {
    const map = readVex(reader, prefixes, first);
    return map === undefined ? undefined : { map, opcode: readByte(reader) };
  }
  if (first !== 0x0f) return { map: 0, opcode: first };
  const second = readByte(reader);
  if (second === 0x38) return { map: 2, opcode: readByte(reader) };
  return second === 0x3a ? { map: 3, opcode: readByte(reader) } : { map: 1, opcode: second };
}

function isMatch(form: Form, prefixes: Prefixes, modrm: number): boolean {
  if (form.prefix !== undefined && form.prefix !== mandatoryPrefix(prefixes)) return false;
  if (!isVexMatch(form, prefixes)) return false;
  if (form.rexR === true && (prefixes.rex & 4) === 0) return false;
  if (form.rexW === true && (prefixes.rex & 8) === 0) return false;
  if (form.rexB === true && (prefixes.rex & 1) === 0) return false;
  if (form.modrm !== undefined && form.modrm !== modrm) return false;
  if (form.digit !== undefined && form.digit !== ((modrm >> 3) & 7)) return false;
  return form.operands.every((code) => isModeAllowed(code, modrm >= 0xc0));
}

/** F2 and F3 go before 66. */
function mandatoryPrefix(prefixes: Prefixes): MandatoryPrefix {
  if (prefixes.vex !== undefined) return prefixes.vex.prefix;
  if (prefixes.repeat !== 0) return prefixes.repeat;
  return prefixes.operandSize ? 0x66 : 0;
}

/** A register field that no operand uses must be empty, and vectors have 128 bits. */
function isVexMatch(form: Form, { vex }: Prefixes): boolean {
  if (vex === undefined) return true;
  return !vex.isWide && (vex.register === 0 || form.operands.includes('By'));
}

function isModeAllowed(code: OperandCode, isRegister: boolean): boolean {
  if (MEMORY_CODES.has(code)) return !isRegister;
  return isRegister || (code !== 'Rv' && code !== 'Ux');
}

function operationWidth(form: Form, prefixes: Prefixes): OperandWidth {
  if (form.size === 'byte') return 8;
  if (form.size === 'always64' || (prefixes.rex & 8) !== 0) return 64;
  if (prefixes.operandSize && form.size !== 'without16') return 16;
  return form.size === 'default64' ? 64 : 32;
}

type Assembly = {
  readonly form: Form;
  readonly prefixes: Prefixes;
  readonly width: OperandWidth;
  readonly address: bigint;
  readonly next: bigint;
};

/** Undefined for an operand that does not exist and for a LOCK that is not allowed. */
function assemble(
  operands: readonly (Operand | undefined)[],
  assembly: Assembly,
): Instruction | undefined {
  const { form, prefixes, width, address, next } = assembly;
  if (operands.includes(undefined)) return undefined;
  const [first = ABSENT, second = ABSENT, third = ABSENT] = operands;
  const isLockable = form.definition.lockable === true && first.kind === 'memory';
  if (prefixes.lock && !isLockable) return undefined;
  return {
    form,
    meaning: form.definition.meaning,
    address,
    length: Number(BigInt.asUintN(64, next - address)),
    next: bigintToValue(next),
    width,
    addressWidth: prefixes.addressSize ? 32 : 64,
    segment: segmentOf(prefixes, false),
    repeat: REPEATS[prefixes.repeat],
    locked: prefixes.lock,
    condition: form.condition,
    first,
    second,
    third,
  };
}

/**
 * Adds the address of the next instruction to what is relative to it. Operands of one kind are made
 * here alike, property by property: every step looks into them, and few shapes are found fast.
 */
function resolve(raw: { operand: Operand; relative: boolean }, next: bigint): Operand {
  const { operand } = raw;
  const by = raw.relative ? next : 0n;
  if (operand.kind === 'memory') {
    const { kind, width, base, index, scale, addressWidth, segment } = operand;
    const displacement = moved(operand.displacement, by);
    return { kind, width, base, index, scale, displacement, addressWidth, segment };
  }
  if (operand.kind !== 'immediate') return operand;
  const { kind, width, value } = operand;
  return { kind, width, value: moved(value, by) };
}

function moved(value: Value, by: bigint): Value {
  return bigintToValue(BigInt.asUintN(64, valueToBigint(value) + by));
}

const MEMORY_CODES: ReadonlySet<OperandCode> = new Set<OperandCode>([
  ...(['M', 'Mw', 'Mv', 'Mx', 'Mq', 'Md'] as const),
]);

const ABSENT: Operand = { kind: 'absent', width: 64 };

/** By the prefix: none, F2, F3. */
const REPEATS: Readonly<Record<0 | 0xf2 | 0xf3, Repeat>> = {
  0: 'none',
  242: 'while-unequal',
  243: 'while-equal',
};
