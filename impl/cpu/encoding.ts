// Parses the lines in which definitions give their encodings. A line has, in this order: 'VEX'; '66',
// 'F2' or 'F3' where it is part of the opcode, 'NP' where there must be none of them; 'REX.W', 'REX.R'
// or 'REX.B'; the opcode ('0F AF', '0F 38 F6'; '+r' covers 8, '+cc' 16); '/r', '/0' to '/7' or '=FA'
// for ModRM; the operands; and 'd64', 'f64', 'b8' or 'n16' where the operand size is 64 bits by
// default, 64 bits always, 8 bits, or never 16. Spec: cpu.md, "Decoding".

import { assert } from '../base/assert.ts';
import type { Definition, Form, MandatoryPrefix, OperandCode } from './instruction.ts';

/** The forms of one definition, one for each opcode that its lines cover. */
export function definitionToForms(definition: Definition, family: string): Form[] {
  return definition.encoding.flatMap((line) => lineToForms(line, definition, family));
}

function lineToForms(line: string, definition: Definition, family: string): Form[] {
  const tokens = line.split(' ');
  const vex = take(tokens, (token) => token === 'VEX') !== undefined;
  const prefix = takePrefix(tokens);
  const rexW = take(tokens, (token) => token === 'REX.W') !== undefined;
  const rexR = take(tokens, (token) => token === 'REX.R') !== undefined;
  const rexB = take(tokens, (token) => token === 'REX.B') !== undefined;
  const map = takeMap(tokens);
  const opcode = takeOpcode(tokens, line);
  const modrm = take(tokens, (token) => /^(\/[r0-7]|=[0-9A-F]{2})$/.test(token));
  const size = take(tokens, (token) => SIZES.has(token), true);
  const operands = tokens.map((token) => tokenToOperand(token, line));
  const form = {
    definition,
    family,
    line,
    map,
    ...(vex ? { vex } : {}),
    ...(prefix === undefined ? {} : { prefix }),
    ...(rexW ? { rexW } : {}),
    ...(rexR ? { rexR } : {}),
    ...(rexB ? { rexB } : {}),
    hasModrm: modrm !== undefined,
    ...modrmFields(modrm),
    size: sizeOf(size, operands),
    operands,
  } as const;
  return Array.from({ length: opcode.count }, (_, k) => ({
    ...form,
    opcode: opcode.first + k,
    condition: opcode.count === 16 ? k : 0,
  }));
}

function take(
  tokens: string[],
  isWanted: (token: string) => boolean,
  fromEnd = false,
): string | undefined {
  const token = tokens.at(fromEnd ? -1 : 0);
  if (token === undefined || !isWanted(token)) return undefined;
  return fromEnd ? tokens.pop() : tokens.shift();
}

/** 66, F2 and F3 are prefixes only when another opcode byte follows. */
function takePrefix(tokens: string[]): MandatoryPrefix | undefined {
  if (!/^([0-9A-F]{2}|REX\.W)/.test(tokens[1] ?? '')) return undefined;
  const token = take(tokens, (t) => PREFIXES.has(t));
  return token === undefined ? undefined : PREFIXES.get(token);
}

/** 38 and 3A behind 0F lead on to a map when an opcode follows them. */
function takeMap(tokens: string[]): Form['map'] {
  if (take(tokens, (token) => token === '0F') === undefined) return 0;
  if (!/^[0-9A-F]{2}/.test(tokens[1] ?? '')) return 1;
  if (take(tokens, (token) => token === '38') !== undefined) return 2;
  return take(tokens, (token) => token === '3A') === undefined ? 1 : 3;
}

function takeOpcode(tokens: string[], line: string): { first: number; count: number } {
  const match = /^([0-9A-F]{2})(\+r|\+cc)?$/.exec(tokens.shift() ?? '');
  assert(match?.[1] !== undefined, `encoding: expected an opcode in '${line}'`);
  const count = match[2] === '+r' ? 8 : match[2] === '+cc' ? 16 : 1;
  return { first: Number.parseInt(match[1], 16), count };
}

function modrmFields(token: string | undefined): { digit?: number; modrm?: number } {
  if (token === undefined || token === '/r') return {};
  const value = Number.parseInt(token.slice(1), 16);
  return token.startsWith('=') ? { modrm: value } : { digit: value };
}

function sizeOf(token: string | undefined, operands: readonly OperandCode[]): Form['size'] {
  const size = token === undefined ? undefined : SIZES.get(token);
  if (size !== undefined) return size;
  const first = operands[0];
  return first !== undefined && BYTE_CODES.has(first) ? 'byte' : 'operand';
}

function tokenToOperand(token: string, line: string): OperandCode {
  const code = OPERAND_CODES.find((known) => known === token);
  assert(code !== undefined, `encoding: expected an operand, got '${token}' in '${line}'`);
  return code;
}

const PREFIXES: ReadonlyMap<string, MandatoryPrefix> = new Map([
  ['NP', 0],
  ['66', 0x66],
  ['F2', 0xf2],
  ['F3', 0xf3],
]);

const SIZES: ReadonlyMap<string, Form['size']> = new Map([
  ['b8', 'byte'],
  ['d64', 'default64'],
  ['f64', 'always64'],
  ['n16', 'without16'],
]);

const BYTE_CODES: ReadonlySet<OperandCode> = new Set<OperandCode>(['Eb', 'Gb', 'Zb', 'Ob', 'AL']);

const OPERAND_CODES: readonly OperandCode[] = [
  ...(['Eb', 'Ew', 'Ed', 'Ev', 'Gb', 'Gv', 'Zb', 'Zv', 'Ob', 'Ov'] as const),
  ...(['Gy', 'By', 'M', 'Mw', 'Mv', 'Rv', 'Rq', 'Cq', 'Dq', 'Sw'] as const),
  ...(['Ib', 'Ibs', 'Iw', 'Iz', 'Iv', 'Jb', 'Jz', '1'] as const),
  ...(['AL', 'CL', 'DX', 'rAX', 'eAX', 'FS', 'GS'] as const),
];
