// Decodes the operands of a form: ModRM, SIB, displacement, immediates, and those that the opcode
// implies. Spec: cpu.md, "Addresses" and "Registers".

import type { OperandWidth } from './algebra.ts';
import { bigintToValue } from './fast-values.ts';
import type {
  Form,
  MemoryOperand,
  Operand,
  OperandCode,
  Segment,
  SpecialOperand,
} from './instruction.ts';
import {
  type Prefixes,
  type Reader,
  readByte,
  readSigned,
  readUnsigned,
} from './instruction-bytes.ts';

/** What decoding an operand needs to know. */
export type Context = {
  readonly reader: Reader;
  readonly prefixes: Prefixes;
  readonly form: Form;
  readonly modrm: number;
  readonly width: OperandWidth;
  memory: { readonly operand: MemoryOperand; readonly relative: boolean } | undefined;
};

export type RawOperand =
  | { readonly operand: Operand; readonly relative: boolean }
  /** A control or segment register that does not exist. */
  | undefined;

/** One for each operand code of the form, in its order. */
export function readOperands(parts: Omit<Context, 'memory'>): readonly RawOperand[] {
  const context: Context = { ...parts, memory: undefined };
  const usesModrm = parts.form.operands.some((code) => MODRM_MEMORY.has(code));
  if (usesModrm && parts.modrm < 0xc0) context.memory = readModrmMemory(context);
  return parts.form.operands.map((code) => readOperandCode(context, code));
}

/** The memory operand of ModRM, SIB and displacement. Spec: cpu.md, "Addresses". */
function readModrmMemory(context: Context): { operand: MemoryOperand; relative: boolean } {
  const { reader, prefixes, modrm } = context;
  const mode = modrm >> 6;
  const field = modrm & 7;
  const sib = field === 4 ? readByte(reader) : undefined;
  const low = sib === undefined ? field : sib & 7;
  const isBaseless = mode === 0 && low === 5;
  const relative = isBaseless && sib === undefined;
  const base = isBaseless ? -1 : low | ((prefixes.rex & 1) << 3);
  const sibIndex = sib === undefined ? 4 : ((sib >> 3) & 7) | ((prefixes.rex & 2) << 2);
  const displacement =
    mode === 1 ? readSigned(reader, 1) : mode === 2 || isBaseless ? readSigned(reader, 4) : 0n;
  const operand = memoryOperand(context, {
    base,
    index: sibIndex === 4 ? -1 : sibIndex,
    scale: sib === undefined ? 0 : sib >> 6,
    displacement,
  });
  return { operand, relative };
}

function memoryOperand(
  context: Context,
  parts: { base: number; index: number; scale: number; displacement: bigint },
): MemoryOperand {
  const { base, index, displacement } = parts;
  const scale = parts.scale === 1 ? 1 : parts.scale === 2 ? 2 : parts.scale === 3 ? 3 : 0;
  return {
    kind: 'memory',
    width: context.width,
    base,
    index,
    scale,
    displacement: bigintToValue(displacement),
    addressWidth: context.prefixes.addressSize ? 32 : 64,
    segment: segmentOf(context.prefixes, base === 4 || base === 5),
  };
}

export function segmentOf(prefixes: Prefixes, isStack: boolean): Segment {
  if (prefixes.segment !== 'none') return prefixes.segment;
  return isStack ? 'stack' : 'flat';
}

function readOperandCode(context: Context, code: OperandCode): RawOperand {
  const { reader, prefixes, modrm, width } = context;
  const { rex } = prefixes;
  const middle = ((modrm >> 3) & 7) | ((rex & 4) << 1);
  const low = context.form.hasModrm ? modrm & 7 : context.form.opcode & 7;
  const extended = low | ((rex & 1) << 3);
  switch (code) {
    case 'Eb':
      return modrmOperand(context, 8);
    case 'Ew':
    case 'Mw':
      return modrmOperand(context, 16);
    case 'Ed':
      return modrmOperand(context, 32);
    case 'Ev':
    case 'M':
    case 'Mv':
    case 'Rv':
      return modrmOperand(context, width);
    case 'Rq':
      return plain(register(extended, 64, rex));
    case 'Vx':
      return plain({ kind: 'xmm', width: 64, index: middle });
    case 'Ux':
      return plain({ kind: 'xmm', width: 64, index: extended });
    case 'Wx':
    case 'Wq':
    case 'Mx':
    case 'Mq':
      return xmmOrMemory(context, extended, 64);
    case 'Wd':
    case 'Md':
      return xmmOrMemory(context, extended, 32);
    case 'Gb':
      return plain(register(middle, 8, rex));
    case 'Gv':
      return plain(register(middle, width, rex));
    case 'Gy':
      return plain(register(middle, width === 64 ? 64 : 32, rex));
    case 'By':
      return plain(register(prefixes.vex?.register ?? 0, width, rex));
    case 'Zb':
      return plain(register(extended, 8, rex));
    case 'Zv':
      return plain(register(extended, width, rex));
    case 'Ob':
    case 'Ov':
      return plain(offsetOperand(context));
    case 'Cq':
      return special(CONTROL_REGISTERS[middle], 64);
    case 'Dq':
      return special(DEBUG_REGISTERS[middle], 64);
    case 'FS':
      return special('fs', 16);
    case 'GS':
      return special('gs', 16);
    case 'Sw':
      return segmentOperand(context, (modrm >> 3) & 7);
    case 'Ib':
      return immediate(readUnsigned(reader, 1), 8);
    case 'Ibs':
      return immediate(readSigned(reader, 1), width);
    case 'Iw':
      return immediate(readUnsigned(reader, 2), 16);
    case 'Iz':
      return immediate(readSigned(reader, width === 16 ? 2 : 4), width);
    case 'Iv':
      return immediate(readUnsigned(reader, width === 16 ? 2 : width === 32 ? 4 : 8), width);
    case 'Jb':
      return branch(readSigned(reader, 1));
    case 'Jz':
      return branch(readSigned(reader, 4));
    case '1':
      return immediate(1n, 8);
    case 'AL':
      return plain(register(0, 8, 0x40));
    case 'CL':
      return plain(register(1, 8, 0x40));
    case 'DX':
      return plain(register(2, 16, 0));
    case 'rAX':
      return plain(register(0, width, 0));
    case 'eAX':
      return plain(register(0, width === 64 ? 32 : width, 0));
  }
}

function modrmOperand(context: Context, width: OperandWidth): RawOperand {
  const { memory, modrm, prefixes } = context;
  if (memory === undefined) {
    return plain(register((modrm & 7) | ((prefixes.rex & 1) << 3), width, prefixes.rex));
  }
  return { operand: { ...memory.operand, width }, relative: memory.relative };
}

function xmmOrMemory(context: Context, index: number, width: OperandWidth): RawOperand {
  if (context.memory === undefined) return plain({ kind: 'xmm', width, index });
  return modrmOperand(context, width);
}

/** Without a REX byte, numbers 4 to 7 are AH, CH, DH and BH in operands of 8 bits. */
function register(index: number, width: OperandWidth, rex: number): Operand {
  const high = width === 8 && rex === 0 && index >= 4;
  return { kind: 'register', width, index: high ? index - 4 : index, high };
}

function offsetOperand(context: Context): Operand {
  const displacement = readUnsigned(context.reader, context.prefixes.addressSize ? 4 : 8);
  return memoryOperand(context, { base: -1, index: -1, scale: 0, displacement });
}

function immediate(value: bigint, width: OperandWidth): RawOperand {
  const operand = {
    kind: 'immediate',
    width,
    value: bigintToValue(BigInt.asUintN(width, value)),
  } as const;
  return plain(operand);
}

function branch(displacement: bigint): RawOperand {
  return {
    operand: { kind: 'immediate', width: 64, value: bigintToValue(displacement) },
    relative: true,
  };
}

/** CS cannot be loaded by a move. */
function segmentOperand(context: Context, index: number): RawOperand {
  const isLoadOfCs = index === 1 && context.form.operands[0] === 'Sw';
  return isLoadOfCs ? undefined : special(SEGMENT_REGISTERS[index], 16);
}

function special(name: SpecialOperand['name'] | undefined, width: OperandWidth): RawOperand {
  return name === undefined ? undefined : plain({ kind: 'special', width, name });
}

function plain(operand: Operand): RawOperand {
  return { operand, relative: false };
}

const SEGMENT_REGISTERS = ['es', 'cs', 'ss', 'ds', 'fs', 'gs'] as const;

const CONTROL_REGISTERS: readonly (SpecialOperand['name'] | undefined)[] = [
  'cr0',
  undefined,
  'cr2',
  'cr3',
  'cr4',
];

const DEBUG_REGISTERS: readonly (SpecialOperand['name'] | undefined)[] = [
  ...(['dr0', 'dr1', 'dr2', 'dr3'] as const),
  ...(['dr6', 'dr7', 'dr6', 'dr7'] as const),
];

const MODRM_MEMORY: ReadonlySet<OperandCode> = new Set<OperandCode>([
  ...(['Eb', 'Ew', 'Ed', 'Ev', 'M', 'Mw', 'Mv'] as const),
  ...(['Wx', 'Wq', 'Wd', 'Mx', 'Mq', 'Md'] as const),
]);
