// A vector in the making, and the small tools with which its parts are chosen.

import type { Form } from '../../../impl/cpu/instruction.ts';
import type { Random } from './random.ts';

/** A vector in the making. */
export type Draft = {
  readonly form: Form;
  readonly random: Random;
  readonly registers: bigint[];
  readonly xmm: readonly bigint[];
  readonly mxcsr: bigint;
  readonly block: Uint8Array;
  readonly width: 8 | 16 | 32 | 64;
  readonly addressWidth: 32 | 64;
  readonly prefixes: number[];
  flags: bigint;
  rex: number;
  readonly needsRex: boolean;
};

/** A REX byte where bits need one, and sometimes where they do not; it must stand last. */
export function rexBytes(draft: Draft): number[] {
  return draft.rex !== 0 || draft.needsRex ? [0x40 | draft.rex] : [];
}

export function littleEndian(value: bigint, bytes: number): number[] {
  return Array.from({ length: bytes }, (_, k) => Number((value >> BigInt(8 * k)) & 0xffn));
}

export function registerOf(draft: Draft, index: number): bigint {
  return draft.registers[index] ?? 0n;
}

export const RAX = 0;
export const RCX = 1;
export const RDX = 2;
export const RBX = 3;
export const RSP = 4;
export const RBP = 5;
export const RSI = 6;
export const RDI = 7;
