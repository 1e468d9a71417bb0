// The text of an instruction, in the order of the Intel syntax, for traces and reports. Nothing
// parses it. Spec: cpu.md, "Text".

import type { OperandWidth } from './algebra.ts';
import { valueToBigint } from './fast-values.ts';
import type {
  Instruction,
  MemoryOperand,
  Operand,
  OperandCode,
  RegisterOperand,
} from './instruction.ts';

/** For example 'lock add qword [rbx+rcx*4+0x10], rax'. */
export function instructionToText(i: Instruction): string {
  const operands = [i.first, i.second, i.third]
    .map((operand, k) => operandToText(operand, XMM_SIZES.get(i.form.operands[k])))
    .filter((text) => text !== '');
  const words = [...prefixes(i), mnemonicOf(i), operands.join(', ')];
  return words.filter((word) => word !== '').join(' ');
}

/** The mnemonic alone, without prefixes. */
export function mnemonicOf(i: Instruction): string {
  const { text } = i.form.definition;
  const alternatives = text.split('|');
  const chosen =
    alternatives.length === 3
      ? alternatives[i.width === 16 ? 0 : i.width === 32 ? 1 : 2]
      : alternatives[alternatives.length === 2 && i.addressWidth === 64 ? 1 : 0];
  return (chosen ?? text)
    .replace('?', CONDITIONS[i.condition] ?? '')
    .replace('#', LETTERS[i.width]);
}

function prefixes(i: Instruction): string[] {
  const lock = i.locked ? ['lock'] : [];
  if (i.form.family !== 'strings' || i.repeat === 'none') return lock;
  const isComparing = /^(cmps|scas)/.test(i.form.definition.text);
  if (i.repeat === 'while-unequal') return [...lock, 'repne'];
  return [...lock, isComparing ? 'repe' : 'rep'];
}

function operandToText(operand: Operand, size: string | undefined): string {
  switch (operand.kind) {
    case 'register':
      return registerToText(operand);
    case 'memory':
      return memoryToText(operand, size ?? SIZES[operand.width]);
    case 'xmm':
      return `xmm${operand.index}`;
    case 'immediate':
      return `0x${valueToBigint(operand.value).toString(16)}`;
    case 'special':
      return operand.name;
    case 'absent':
      return '';
  }
}

function registerToText(operand: RegisterOperand): string {
  const { index, width } = operand;
  if (index >= 8) return `r${index}${NEW_SUFFIXES[width]}`;
  const name = OLD_NAMES[index] ?? '';
  if (operand.high) return `${name.charAt(0)}h`;
  switch (width) {
    case 8:
      return name.endsWith('x') ? `${name.charAt(0)}l` : `${name}l`;
    case 16:
      return name;
    case 32:
      return `e${name}`;
    case 64:
      return `r${name}`;
  }
}

function memoryToText(operand: MemoryOperand, size: string): string {
  const name = (index: number): string =>
    registerToText({ kind: 'register', width: operand.addressWidth, index, high: false });
  const terms = [
    ...(operand.base < 0 ? [] : [name(operand.base)]),
    ...(operand.index < 0 ? [] : [`${name(operand.index)}*${1 << operand.scale}`]),
  ];
  const isFs = operand.segment === 'fs' || operand.segment === 'gs';
  const segment = isFs ? `${operand.segment}:` : '';
  return `${size} [${segment}${terms.join('+')}${displacementToText(operand)}]`;
}

function displacementToText(operand: MemoryOperand): string {
  if (operand.base < 0 && operand.index < 0)
    return `0x${valueToBigint(operand.displacement).toString(16)}`;
  const signed = BigInt.asIntN(64, valueToBigint(operand.displacement));
  if (signed === 0n) return '';
  return signed < 0n ? `-0x${(-signed).toString(16)}` : `+0x${signed.toString(16)}`;
}

const OLD_NAMES = ['ax', 'cx', 'dx', 'bx', 'sp', 'bp', 'si', 'di'];

const CONDITIONS = [
  ...['o', 'no', 'b', 'ae', 'e', 'ne', 'be', 'a'],
  ...['s', 'ns', 'p', 'np', 'l', 'ge', 'le', 'g'],
];

const NEW_SUFFIXES: Readonly<Record<OperandWidth, string>> = { 8: 'b', 16: 'w', 32: 'd', 64: '' };
const LETTERS: Readonly<Record<OperandWidth, string>> = { 8: 'b', 16: 'w', 32: 'd', 64: 'q' };
/** Where the code of the operand says more than its width. */
const XMM_SIZES: ReadonlyMap<OperandCode | undefined, string> = new Map([
  ['Wx', 'xmmword'],
  ['Mx', 'xmmword'],
]);

const SIZES: Readonly<Record<OperandWidth, string>> = {
  8: 'byte',
  16: 'word',
  32: 'dword',
  64: 'qword',
};
