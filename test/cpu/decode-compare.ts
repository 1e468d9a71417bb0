// The decoder beside an independent one, iced-x86: what each makes of the same bytes, in words that
// can be compared, and the classes of difference that are meant.

import {
  Code,
  Decoder,
  DecoderOptions,
  type Instruction as Iced,
  MemorySizeExt,
  Mnemonic,
  OpKind,
  Register,
} from 'iced-x86';
import { valueToBigint } from '../../impl/cpu/fast-values.ts';
import { decode, INSTRUCTION_BYTES_MAX } from '../../impl/cpu/index.ts';
import type { Instruction, MemoryOperand, Operand } from '../../impl/cpu/instruction.ts';
import { FORMS } from '../../impl/cpu/table.ts';
import { instructionToText, mnemonicOf } from '../../impl/cpu/text.ts';
import type { Random } from './oracle/random.ts';

const ADDRESS = 0x1000n;

/**
 * Same, invalid for both, absent here on purpose, hints that iced names and that are NOPs here, or
 * a difference that nothing explains.
 */
export type Verdict =
  | { readonly kind: 'same' | 'invalid' | 'absent' | 'hint' }
  | { readonly kind: 'different'; readonly report: string };

export function compareDecoders(bytes: Uint8Array): Verdict {
  const decoded = decode(bytes, ADDRESS);
  const ours = decoded.kind === 'instruction' ? decoded.instruction : undefined;
  const decoder = new Decoder(64, bytes, DecoderOptions.None);
  decoder.ip = ADDRESS;
  const theirs = decoder.decode();
  const verdict = judge(ours, theirs);
  theirs.free();
  decoder.free();
  if (verdict !== 'different') return { kind: verdict };
  const text = ours === undefined ? 'invalid' : `${instructionToText(ours)} (${ours.length})`;
  return { kind: 'different', report: `${Buffer.from(bytes).toString('hex')}: ${text}` };
}

function judge(ours: Instruction | undefined, theirs: Iced): Verdict['kind'] {
  const name = nameOf(theirs);
  if (ours === undefined) {
    if (theirs.code === Code.INVALID) return 'invalid';
    return isAbsent(theirs, name) ? 'absent' : 'different';
  }
  if (theirs.code === Code.INVALID || ours.length !== theirs.length) return 'different';
  const own = mnemonicOf(ours);
  if (isHint(own, name)) return 'hint';
  const isSame = own === (RENAMED.get(name) ?? name) && areOperandsSame(ours, theirs);
  return isSame ? 'same' : 'different';
}

function nameOf(theirs: Iced): string {
  return Mnemonic[theirs.mnemonic]?.toLowerCase() ?? '';
}

/** SAL is SHL; what WBNOINVD adds is not announced, and then its prefix says nothing. */
const RENAMED: ReadonlyMap<string, string> = new Map([
  ['sal', 'shl'],
  ['wbnoinvd', 'wbinvd'],
]);

/**
 * The opcodes 0F 18 to 0F 1F are NOPs where no feature gives them a name; F3 90 with REX.B exchanges
 * on processors, where iced says PAUSE.
 */
function isHint(ours: string, theirs: string): boolean {
  if (ours === 'xchg') return theirs === 'pause';
  if (!/^(nop|prefetch|prefetchw)$/.test(ours)) return false;
  return /^(nop|reservednop|prefetch.*|cldemote|endbr32|rdssp[dq]|bnd.*)$/.test(theirs);
}

/** Forms that are not here whose mnemonic is; those of MMX among them. */
const ABSENT_FORMS = /^(Mov_(r64_[cd]r|[cd]r_r64)|Nop_|Pause|Lea_)|_mm(_|$)/;

function isAbsent(theirs: Iced, name: string): boolean {
  return !MNEMONICS.has(RENAMED.get(name) ?? name) || ABSENT_FORMS.test(Code[theirs.code] ?? '');
}

const MNEMONICS: ReadonlySet<string> = new Set(
  FORMS.flatMap((form) => form.definition.text.split('|')).flatMap(expand),
);

function expand(text: string): string[] {
  const letters = text.includes('#') ? ['b', 'w', 'd', 'q'] : [''];
  const conditions = text.includes('?')
    ? ['o', 'no', 'b', 'ae', 'e', 'ne', 'be', 'a', 's', 'ns', 'p', 'np', 'l', 'ge', 'le', 'g']
    : [''];
  return letters.flatMap((letter) =>
    conditions.map((condition) => text.replace('#', letter).replace('?', condition)),
  );
}

/**
 * Operands that one side leaves to the meaning are not compared: those of string instructions, of
 * MASKMOVDQU and CR8 here, the register field of fences there.
 */
function areOperandsSame(ours: Instruction, theirs: Iced): boolean {
  const operands = [ours.first, ours.second, ours.third].filter(({ kind }) => kind !== 'absent');
  if (ours.form.definition.text === 'maskmovdqu') return true;
  if (operands.length === 0 || theirs.opCount === 0 || ours.form.rexR === true) return true;
  return operands.every((operand, k) => isOperandSame(ours, operand, theirs, k));
}

function isOperandSame(ours: Instruction, operand: Operand, theirs: Iced, k: number): boolean {
  const kind = theirs.opKind(k);
  switch (operand.kind) {
    case 'register':
      if (kind !== OpKind.Register) return false;
      return isRegisterSame(ours, textOf(operand), Register[theirs.opRegister(k)] ?? '');
    case 'memory':
      return kind === OpKind.Memory && isMemorySame(ours, operand, theirs);
    case 'immediate':
      if (kind === OpKind.NearBranch64) return theirs.nearBranch64 === valueToBigint(operand.value);
      if (kind === OpKind.Register || kind === OpKind.Memory) return false;
      return BigInt.asUintN(operand.width, theirs.immediate(k)) === valueToBigint(operand.value);
    default:
      return textOf(operand) === unaliased(Register[theirs.opRegister(k)]?.toLowerCase() ?? '');
  }
}

/** DR4 and DR5 are DR6 and DR7. */
function unaliased(register: string): string {
  return register.replace('dr4', 'dr6').replace('dr5', 'dr7');
}

/** The register of a selector or a word is named by its 16 bits here, by the operand size there. */
function isRegisterSame(ours: Instruction, own: string, theirs: string): boolean {
  const name = theirs.toLowerCase().replace(/^(r\d+)l$/, '$1b');
  if (own === name) return true;
  const bare = (text: string): string => text.replace(/^[re]|[wd]$/g, '').replace(/^r/, '');
  return SELECTOR_OPERANDS.test(ours.form.line) && bare(own) === bare(name);
}

const SELECTOR_OPERANDS = /^(0F 00|0F 02|0F 03|8E|0F 01|66 0F C4)/;

function textOf(operand: Operand): string {
  if (operand.kind === 'special') return operand.name;
  if (operand.kind === 'xmm') return `xmm${operand.index}`;
  if (operand.kind !== 'register') return '';
  const names = ['ax', 'cx', 'dx', 'bx', 'sp', 'bp', 'si', 'di'];
  const { index, width, high } = operand;
  const name = names[index];
  if (name === undefined) return `r${index}${{ 8: 'b', 16: 'w', 32: 'd', 64: '' }[width]}`;
  if (high) return `${name[0]}h`;
  if (width === 8) return index < 4 ? `${name[0]}l` : `${name}l`;
  return width === 16 ? name : `${width === 32 ? 'e' : 'r'}${name}`;
}

function isMemorySame(ours: Instruction, own: MemoryOperand, theirs: Iced): boolean {
  const isRelative = theirs.isIpRelMemoryOperand;
  const base = isRelative ? '' : registerName(theirs.memoryBase);
  const index = registerName(theirs.memoryIndex);
  const width = own.addressWidth;
  const displacement = isRelative ? theirs.ipRelMemoryAddress : theirs.memoryDisplacement;
  const segment = registerName(theirs.memorySegment);
  const scale = own.index < 0 ? 1 : 1 << own.scale;
  return (
    base === addressRegister(own.base, width) &&
    index === addressRegister(own.index, width) &&
    (index === '' || scale === theirs.memoryIndexScale) &&
    BigInt.asUintN(width, displacement) ===
      BigInt.asUintN(width, valueToBigint(own.displacement)) &&
    (segment === 'fs' || segment === 'gs' ? segment : '') === segmentName(own) &&
    isSizeSame(ours, own, theirs)
  );
}

/** Where the operand is a place and no value, its size is not compared. */
function isSizeSame(ours: Instruction, own: MemoryOperand, theirs: Iced): boolean {
  if (ours.form.operands.includes('M')) return true;
  const isWhole = ours.form.operands.some((code) => code === 'Wx' || code === 'Mx');
  return MemorySizeExt.size(theirs.memorySize) * 8 === (isWhole ? 128 : own.width);
}

function registerName(register: Register): string {
  return register === Register.None ? '' : (Register[register]?.toLowerCase() ?? '');
}

function addressRegister(index: number, width: 32 | 64): string {
  return index < 0 ? '' : textOf({ kind: 'register', width, index, high: false });
}

function segmentName(own: MemoryOperand): string {
  return own.segment === 'fs' || own.segment === 'gs' ? own.segment : '';
}

/** Half of the strings begin with an opcode of the table, behind random prefixes. */
export function randomBytes(random: Random): Uint8Array {
  const bytes = new Uint8Array(INSTRUCTION_BYTES_MAX).map(() => random.below(256));
  if (random.oneIn(2)) return bytes;
  const form = random.pick(FORMS);
  if (form.vex === true) {
    const prefix = [0, 0x66, 0xf3, 0xf2].indexOf(form.prefix ?? 0);
    bytes.set([0xc4, (random.below(8) << 5) | form.map, (random.below(64) << 2) | prefix]);
    bytes.set([form.opcode], 3);
    return bytes;
  }
  const prefixes = Array.from({ length: random.below(3) }, () => random.pick(PREFIXES));
  const own = form.prefix === undefined || form.prefix === 0 ? [] : [form.prefix];
  const map = [[], [0x0f], [0x0f, 0x38], [0x0f, 0x3a]][form.map] ?? [];
  bytes.set([...prefixes, ...own, ...map, form.opcode]);
  return bytes;
}

const PREFIXES = [0x66, 0x67, 0xf2, 0xf3, 0xf0, 0x2e, 0x64, 0x65, 0x40, 0x41, 0x44, 0x48, 0x4f];
