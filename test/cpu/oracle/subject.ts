// What a clause is told by: a vector, its instruction and what the standard makes of it, and the questions that
// the table of evidence asks of them. Spec: conformance.md, "Instruction vectors".

import type { Value } from '../../../impl/cpu/fast-values.ts';
import { decode } from '../../../impl/cpu/index.ts';
import type { Instruction, MemoryOperand } from '../../../impl/cpu/instruction.ts';
import { isUndefined, shiftOperand } from './compare.ts';
import { CODE, type Outcome, type Start } from './layout.ts';

export type Subject = {
  readonly start: Start;
  readonly outcome: Outcome;
  readonly kind: ReturnType<typeof decode>['kind'];
  readonly instruction?: Instruction;
  readonly family: string;
  readonly text: string;
};

export function toSubject(start: Start, outcome: Outcome): Subject {
  const decoded = decode(start.code, BigInt(CODE));
  const instruction = decoded.kind === 'instruction' ? decoded.instruction : undefined;
  const { family = '', definition } = instruction?.form ?? {};
  const found = instruction === undefined ? {} : { instruction };
  return { start, outcome, kind: decoded.kind, family, text: definition?.text ?? '', ...found };
}

export const GP = 13;
export const PF = 14;
export const AC = 17;
export const XM = 19;
export const SS = 12;
const TRAPS: readonly (number | undefined)[] = [3, 4];

export const isFault = ({ outcome, text }: Subject): boolean =>
  outcome.vector !== undefined && !(TRAPS.includes(outcome.vector) && text.startsWith('int'));
export const isDone = ({ outcome }: Subject): boolean => outcome.vector === undefined;
export const raises =
  (...vectors: readonly number[]) =>
  ({ outcome }: Subject): boolean =>
    outcome.vector !== undefined && vectors.includes(outcome.vector);
export const isOfSse = ({ family }: Subject): boolean => family.startsWith('sse');
export const isTransfer = ({ family, text }: Subject): boolean =>
  family === 'far transfers' && !text.startsWith('iret') && text !== 'sysretq';

const PRIVILEGED =
  /^(hlt|lgdt|lidt|lldt|ltr|clts|lmsw|rdmsr|wrmsr|swapgs|sysretq|invd|wbinvd|invlpg)$/;
export const COMPUTES = /^(add|sub|mul|div|sqrt)[sp][sd]$|^cvt/;
export const KEEPS_NAN = /^(add|sub|mul|div|sqrt)([sp])([sd])$/;
export const TO_INTEGER = /^cvtt?([sp][sd]2(si|dq)|ps2dq|pd2dq)/;

export function memoryOf(instruction: Instruction | undefined): MemoryOperand | undefined {
  const all = [instruction?.first, instruction?.second];
  return all.find((operand) => operand?.kind === 'memory');
}

export function isPrivileged({ family, text }: Subject): boolean {
  return PRIVILEGED.test(text) || (family === 'system' && text === 'mov');
}

export function isPartWritten({ instruction, start, outcome }: Subject): boolean {
  const first = instruction?.first;
  if (first?.kind !== 'register' || first.width === 64) return false;
  return start.registers[first.index] !== outcome.registers[first.index];
}

/** Above the mask, or nothing at all. */
export function isCountMasked({ family, instruction, start }: Subject): boolean {
  if (instruction === undefined || !['shifts', 'rotations'].includes(family)) return false;
  const count = shiftOperand(instruction, start) & 0xffn;
  return count === 0n || count > (instruction.width === 64 ? 63n : 31n);
}

export function isResultUndefined({ instruction, start, outcome, text }: Subject): boolean {
  if (instruction === undefined) return false;
  if (/^bs[fr]$/.test(text)) return (outcome.flags & 0x40n) !== 0n;
  return isUndefined(instruction, start);
}

/** In the destination, which the instruction changed. */
export function hasNan({ instruction, outcome, start, text }: Subject): boolean {
  const { first } = instruction ?? {};
  if (first?.kind !== 'xmm') return false;
  const [, shape, type] = KEEPS_NAN.exec(text) ?? [];
  const width = type === 's' ? 32 : 64;
  const at = 2 * first.index;
  const [low = 0n, high = 0n] = outcome.xmm.slice(at, at + 2);
  const elements = width === 64 ? [low, high] : [low, low >> 32n, high, high >> 32n];
  const written = shape === 's' ? elements.slice(0, 1) : elements;
  const isChanged = start.xmm[at] !== low || start.xmm[at + 1] !== high;
  return isChanged && written.some((bits) => isNan(width, BigInt.asUintN(width, bits)));
}

export function isNan(width: 32 | 64, value: Value): boolean {
  const infinity = width === 32 ? 0x7f80_0000n : 0x7ff0_0000_0000_0000n;
  return BigInt.asUintN(width - 1, BigInt(value)) > infinity;
}

export function hasIndefinite({ instruction, outcome }: Subject): boolean {
  const { first, width } = instruction ?? {};
  if (first === undefined) return false;
  if (first.kind === 'register') {
    const value = outcome.registers[first.index] ?? 0n;
    return value === 1n << BigInt((width === 64 ? 64 : 32) - 1);
  }
  if (first.kind !== 'xmm') return false;
  const halves = outcome.xmm.slice(2 * first.index, 2 * first.index + 2);
  return halves.some((half) =>
    [half, half >> 32n].some((bits) => BigInt.asUintN(32, bits) === 0x8000_0000n),
  );
}
