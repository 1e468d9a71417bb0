// Makes vectors from the opcode table: bytes of a form with random prefixes and operands, and a
// state in which what it touches lies where both sides have memory, or surely nothing.

import type { Form, OpcodeMap, OperandCode } from '../../../impl/cpu/instruction.ts';
import { FORMS } from '../../../impl/cpu/table.ts';
import {
  type Draft,
  littleEndian,
  RAX,
  RBP,
  RBX,
  RCX,
  RDI,
  RDX,
  RSI,
  RSP,
  registerOf,
  rexBytes,
  toOffset,
} from './draft.ts';
import { BLOCK, BLOCK_BYTES, CODE, type Start } from './layout.ts';
import type { Random } from './random.ts';
import { chooseMemory, isBitString } from './vector-memory.ts';
import {
  chooseSegmentState,
  chooseTransferState,
  FAR_SELECTORS,
  SELECTORS,
  takesSelector,
} from './vector-segments.ts';

export type Vector = { readonly form: Form; readonly start: Start };

const FAR_POINTERS: readonly string[] = ['FF /3 M', 'FF /5 M'];

const OF_THE_HOST: readonly string[] = [
  ...['syscall', 'cpuid', 'rdtsc', 'rdtscp', 'rdpid', 'int1'],
  ...['sgdt', 'sidt', 'sldt', 'str', 'smsw'],
];

/**
 * Forms whose result at privilege level 3 follows from the vector alone: not the system calls of
 * the host, its time, its identity, the tables that it hides, or what its hypervisor answers.
 */
export const COMPARABLE_FORMS: readonly Form[] = FORMS.filter(
  (form) => !OF_THE_HOST.includes(form.definition.text),
);

export function createVector(form: Form, random: Random): Vector {
  const draft = createDraft(form, random);
  chooseImplicitState(draft);
  const body = chooseBody(draft);
  const code = Uint8Array.from([...draft.prefixes, ...rexBytes(draft), ...body]);
  const { registers, block, flags, fsBase, gsBase } = draft;
  return { form, start: { code, registers, flags, fsBase, gsBase, block } };
}

function createDraft(form: Form, random: Random): Draft {
  const width = chooseWidth(form, random);
  const addressWidth = random.oneIn(12) ? 32 : 64;
  const registers = Array.from({ length: 16 }, () => random.word());
  registers[RSP] = BigInt(BLOCK + 128 + random.below(32) * 8);
  const isWide =
    form.rexW === true || (width === 64 && (form.size === 'operand' || form.size === 'without16'));
  return {
    form,
    random,
    registers,
    block: new Uint8Array(BLOCK_BYTES).map(() => random.byte()),
    width,
    addressWidth,
    prefixes: choosePrefixes({ form, random, width, addressWidth }),
    flags:
      (BigInt(random.below(0x1000)) & 0x8d5n) |
      (0x202n | (random.oneIn(4) ? 0x400n : 0n) | chooseAlignmentCheck(form, random)),
    fsBase: chooseBase(random),
    gsBase: chooseBase(random),
    rex: (isWide ? 8 : 0) | (form.rexR === true ? 4 : 0),
    vexRegister: form.operands.includes('By') ? random.below(16) : random.oneIn(20) ? 7 : 0,
    isVexWide: random.oneIn(40),
    needsRex: form.vex !== true && random.oneIn(3),
  };
}

function chooseAlignmentCheck(form: Form, random: Random): bigint {
  return !READS_MORE.includes(form.line) && random.oneIn(16) ? 0x4_0000n : 0n;
}

/**
 * Processors differ in what these read at all: a RETF that releases bytes what lies above them, and
 * a MOVSXD to 16 bits four bytes rather than two.
 */
const READS_MORE: readonly string[] = ['CA Iw', '63 /r Gv Ev'];

/** Mostly near 0 in either direction, so that operands through it stay in reach. */
function chooseBase(random: Random): bigint {
  return BigInt.asUintN(64, BigInt(random.below(0x4000) - 0x2000));
}

function chooseWidth(form: Form, random: Random): Draft['width'] {
  if (form.rexW === true || form.size === 'always64') return 64;
  // A far pointer of 64 bits is one of 32 bits on the processors of one vendor, and a return to an
  // address of 16 bits leads to where no process has memory.
  if (FAR_POINTERS.includes(form.line)) return 32;
  if (form.family === 'far transfers') return random.pick([32, 64] as const);
  if (/^l[sfg]s$/.test(form.definition.text)) return random.pick([16, 32] as const);
  if (form.size === 'byte') return 8;
  if (form.size === 'without16' || form.vex === true) return random.pick([32, 64] as const);
  if (form.size === 'default64') return random.oneIn(4) ? 16 : 64;
  return random.pick([16, 32, 64] as const);
}

function choosePrefixes(choice: {
  form: Form;
  random: Random;
  width: Draft['width'];
  addressWidth: 32 | 64;
}): number[] {
  const { form, random } = choice;
  const prefixes: number[] = [];
  if (choice.width === 16) prefixes.push(0x66);
  if (choice.addressWidth === 32) prefixes.push(0x67);
  if (form.vex === true) return random.oneIn(4) ? [...prefixes, 0x65] : prefixes;
  if (form.prefix !== undefined) prefixes.push(...(form.prefix === 0 ? [] : [form.prefix]));
  else if (form.family === 'strings') prefixes.push(...random.pick([[], [0xf2], [0xf3]]));
  if (random.oneIn(12)) prefixes.push(random.pick([0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65]));
  if (allowsLock(form) && random.oneIn(form.definition.lockable === true ? 4 : 60)) {
    prefixes.push(0xf0);
  }
  return prefixes;
}

/** Some processors overlook LOCK before VERR and VERW, where the manuals have #UD. */
function allowsLock(form: Form): boolean {
  return !/^ver[rw]$/.test(form.definition.text);
}

/** Registers and memory that the instruction uses without naming them. */
function chooseImplicitState(draft: Draft): void {
  const { form, random, registers } = draft;
  const { text } = form.definition;
  const inBlock = (): bigint => BigInt(BLOCK + 160 + random.below(64));
  if (form.family === 'strings') {
    registers[RSI] = toOffset(draft, inBlock());
    registers[RDI] = inBlock();
    // Which of two bad addresses counts is not architectural: at most one is bad.
    const isBad = draft.addressWidth === 64 && random.oneIn(15);
    if (isBad) registers[random.pick([RSI, RDI])] = badAddress(random);
    registers[RCX] = BigInt(random.below(7));
    if (random.oneIn(2)) draft.block.copyWithin(160, 161, 300);
  }
  if (text === 'xlatb') registers[RBX] = toOffset(draft, BigInt(BLOCK + random.below(200)));
  if (text === 'leave' || text === 'enter') registers[RBP] = inBlock();
  if (text.startsWith('popf')) writeBlock(draft, registerOf(draft, RSP), popfImage(random));
  if (form.family === 'far transfers') chooseTransferState(draft, landing(random));
  if (form.family === 'segment registers') chooseSegmentState(draft);
  if (text === 'ret') writeBlock(draft, registerOf(draft, RSP), landing(random));
  if (/^loop|jrcxz/.test(text) && random.oneIn(2)) registers[RCX] = BigInt(random.below(3));
  if (form.family === 'shifts' || form.family === 'rotations') {
    if (random.oneIn(2)) registers[RCX] = BigInt(random.below(70));
  }
  if (/^i?div$/.test(text)) chooseDividend(draft);
  if (text === 'cmpxchg8b|cmpxchg8b|cmpxchg16b' && random.oneIn(2)) draft.block.fill(0);
  if (text.startsWith('cmpxchg8b') && random.oneIn(2)) registers.fill(0n, 0, 3);
}

/** Half of the dividends are narrow, so that the quotient fits. */
function chooseDividend(draft: Draft): void {
  const { random, registers, form } = draft;
  const low = registerOf(draft, RAX);
  if (random.oneIn(3)) return;
  const isSigned = form.definition.text === 'idiv';
  const isNegative = isSigned && ((low >> BigInt(draft.width - 1)) & 1n) === 1n;
  registers[RDX] = isNegative ? 0xffff_ffff_ffff_ffffn : BigInt(random.below(2));
  if (draft.width === 8) registers[RAX] = BigInt(random.below(0x200));
}

/** TF and NT would disturb the host; what level 3 must not change may be in it. */
function popfImage(random: Random): bigint {
  return (random.word() & 0x4_3ed5n) | 2n;
}

/** Not the system call of the host. */
function chooseVector(random: Random): number {
  return random.oneIn(3) ? random.pick([3, 4]) : random.below(128);
}

/** An address in the code page, away from the instruction. */
function landing(random: Random): bigint {
  return BigInt(CODE + 64 + random.below(1024));
}

/** Canonical and mapped by neither side, or not canonical. */
function badAddress(random: Random): bigint {
  const within = BigInt(random.below(0x10000));
  return random.pick([0x5_0000_0000n, 0x1234_5678_0000n, 0x8000_0000_0000_0000n]) + within;
}

function writeBlock(draft: Draft, address: bigint, value: bigint): void {
  const view = new DataView(draft.block.buffer);
  view.setBigUint64(Number(address) - BLOCK, value, true);
}

/** Opcode, ModRM, SIB, displacement, immediates; sets REX bits and registers on the way. */
function chooseBody(draft: Draft): number[] {
  const { form } = draft;
  const opcode = [...(form.vex === true ? [] : MAP_BYTES[form.map]), form.opcode];
  if (!form.hasModrm && form.operands.some((code) => code === 'Zb' || code === 'Zv')) {
    if (draft.random.oneIn(2)) draft.rex |= 1;
  }
  const immediates = form.operands.flatMap((code) => chooseImmediate(draft, code));
  if (form.modrm !== undefined) return [...opcode, form.modrm, ...immediates];
  if (!form.hasModrm) return [...opcode, ...immediates];
  return [...opcode, ...chooseModrm(draft, opcode.length, immediates.length), ...immediates];
}

const MAP_BYTES: Readonly<Record<OpcodeMap, readonly number[]>> = {
  0: [],
  1: [0x0f],
  2: [0x0f, 0x38],
  3: [0x0f, 0x3a],
};

function chooseImmediate(draft: Draft, code: OperandCode): number[] {
  const { random, width } = draft;
  switch (code) {
    case 'Ib':
      if (draft.form.definition.text === 'int') return [chooseVector(random)];
      return littleEndian(random.word(), 1);
    case 'Ibs':
      return littleEndian(random.word(), 1);
    case 'Iw':
      return littleEndian(BigInt(random.below(random.oneIn(4) ? 2000 : 24)), 2);
    case 'Iz':
      return littleEndian(random.word(), width === 16 ? 2 : 4);
    case 'Iv':
      return littleEndian(random.word(), width === 16 ? 2 : width === 32 ? 4 : 8);
    case 'Jb':
      return littleEndian(random.pick([-128n, -100n, -64n, -40n, 20n, 40n, 100n, 127n]), 1);
    case 'Jz':
      return littleEndian(BigInt(random.pick([-1, 1]) * (64 + random.below(1024))), 4);
    case 'Ob':
    case 'Ov': {
      const target = toOffset(draft, BigInt(BLOCK + 128 + random.below(256)));
      return littleEndian(target, draft.addressWidth === 32 ? 4 : 8);
    }
    default:
      return [];
  }
}

function chooseModrm(draft: Draft, opcodeBytes: number, immediateBytes: number): number[] {
  const { form, random } = draft;
  const middle = form.digit ?? random.below(8);
  const mustAvoidStack = isBitString(draft) && middle === RSP;
  if (form.digit === undefined && (mustAvoidStack || random.oneIn(2))) draft.rex |= 4;
  const needsMemory = form.operands.some((code) => code === 'M' || code === 'Mw' || code === 'Mv');
  const needsRegister = form.operands.includes('Rv');
  if (needsRegister || (!needsMemory && random.oneIn(2))) {
    if (random.oneIn(2)) draft.rex |= 1;
    const isBranch = form.family === 'branches';
    const chosen = random.below(8);
    // A call through the stack pointer would push into the code.
    const low = isBranch && chosen === RSP ? RSI : chosen;
    const register = low | ((draft.rex & 1) << 3);
    if (isBranch) draft.registers[register] = landing(random);
    if (takesSelector(form)) draft.registers[register] = BigInt(random.pick(SELECTORS));
    return [0xc0 | (middle << 3) | low];
  }
  const target = chooseTarget(draft);
  const bytes = chooseMemory(draft, { middle, target, opcodeBytes, immediateBytes });
  chooseBitNumber(draft, middle | ((draft.rex & 4) << 1));
  return bytes;
}

/** The address of the memory operand. */
function chooseTarget(draft: Draft): bigint {
  const { form, random } = draft;
  const target = BigInt(BLOCK + 128 + random.below(256));
  if (form.family === 'branches') {
    writeBlock(draft, target, landing(random));
    return target;
  }
  if (form.family === 'far transfers') {
    const pointer = landing(random) | (BigInt(random.pick(FAR_SELECTORS)) << BigInt(draft.width));
    writeBlock(draft, target, pointer & 0xffff_ffff_ffff_ffffn);
    return target;
  }
  if (takesSelector(form)) writeBlock(draft, target, BigInt(random.pick(SELECTORS)));
  if (/^l[sfg]s$/.test(form.definition.text)) {
    writeBlock(draft, target + BigInt(draft.width / 8), BigInt(random.pick(SELECTORS)));
  }
  if (draft.addressWidth === 64 && random.oneIn(30)) return badAddress(random);
  return form.definition.text.startsWith('cmpxchg8b') ? target & ~15n : target;
}

/** Bit numbers in a register reach beyond the operand: keep them within the block. */
function chooseBitNumber(draft: Draft, register: number): void {
  const { form, random, registers, width } = draft;
  if (form.family !== 'bits' || !form.operands.includes('Gv')) return;
  if (!/^bt/.test(form.definition.text)) return;
  const number = BigInt.asUintN(width, BigInt(random.below(1600) - 800));
  const high = width === 64 ? 0n : (random.word() >> BigInt(width)) << BigInt(width);
  registers[register] = high | number;
}
