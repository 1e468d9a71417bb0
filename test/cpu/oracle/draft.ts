// A vector in the making, and the small tools with which its parts are chosen.

import type { Form } from '../../../impl/cpu/instruction.ts';
import type { Random } from './random.ts';

/** A vector in the making. */
export type Draft = {
  readonly form: Form;
  readonly random: Random;
  readonly registers: bigint[];
  readonly block: Uint8Array;
  readonly width: 8 | 16 | 32 | 64;
  readonly addressWidth: 32 | 64;
  readonly prefixes: number[];
  flags: bigint;
  fsBase: bigint;
  gsBase: bigint;
  rex: number;
  readonly needsRex: boolean;
  /** Register field and length bit of a VEX prefix. */
  readonly vexRegister: number;
  readonly isVexWide: boolean;
};

/** A REX byte where bits need one, and sometimes where they do not; it must stand last. */
export function rexBytes(draft: Draft): number[] {
  if (draft.form.vex === true) return vexBytes(draft);
  return draft.rex !== 0 || draft.needsRex ? [0x40 | draft.rex] : [];
}

/** The long form of a VEX prefix, which has all the fields. */
function vexBytes(draft: Draft): number[] {
  const { form, rex, vexRegister, isVexWide } = draft;
  const prefix = [0, 0x66, 0xf3, 0xf2].indexOf(form.prefix ?? 0);
  const high = (((rex & 7) ^ 7) << 5) | form.map;
  const low = ((rex & 8) << 4) | ((vexRegister ^ 15) << 3) | (isVexWide ? 4 : 0) | prefix;
  return [0xc4, high, low];
}

/** What must stand in an operand so that it leads to an address through the segment prefix. */
export function toOffset(draft: Draft, address: bigint): bigint {
  const base = draft.prefixes.includes(0x64)
    ? draft.fsBase
    : draft.prefixes.includes(0x65)
      ? draft.gsBase
      : 0n;
  return BigInt.asUintN(64, address - base);
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
