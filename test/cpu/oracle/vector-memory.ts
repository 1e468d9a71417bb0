// Chooses a memory operand of a vector: ModRM, SIB and displacement for a given target, with the
// registers set so that they lead there.

import type { Form } from '../../../impl/cpu/instruction.ts';
import {
  type Draft,
  littleEndian,
  RAX,
  RCX,
  RDX,
  RSP,
  registerOf,
  rexBytes,
  toOffset,
} from './draft.ts';
import { CODE } from './layout.ts';
import type { Random } from './random.ts';

export type Place = { middle: number; target: bigint; opcodeBytes: number; immediateBytes: number };

export function chooseMemory(draft: Draft, place: Place): number[] {
  return chooseOffset(draft, { ...place, target: toOffset(draft, place.target) });
}

function chooseOffset(draft: Draft, place: Place): number[] {
  const { random } = draft;
  const bytes = random.pick([0, 1, 4] as const);
  const isNear = place.target < 0x8000_0000n;
  switch (random.below(isBitString(draft) ? 3 : 7)) {
    case 0:
      return basePlusDisplacement(draft, place, bytes);
    case 1:
      return baseAndIndex(draft, place, bytes);
    case 2:
      return isNear ? stackRelative(draft, place) : baseAndIndex(draft, place, bytes);
    case 3:
      return isNear ? absolute(place) : basePlusDisplacement(draft, place, 4);
    case 4:
      return indexAlone(draft, place);
    case 5:
      return isNear ? ripRelative(draft, place) : baseAndIndex(draft, place, 0);
    default:
      return baseAndIndex(draft, place, 4);
  }
}

/** BT and its kin with the bit number in a register: that register must not be in the address. */
export function isBitString(draft: Draft): boolean {
  return draft.form.family === 'bits' && /^bt/.test(draft.form.definition.text);
}

/** A register that the draft may still set: neither the stack pointer nor one in use. */
function freeRegister(draft: Draft, middle: number, taken: readonly number[]): number {
  const reg = middle | ((draft.rex & 4) << 1);
  for (;;) {
    const register = draft.random.below(16);
    const isUsed = register === RSP || taken.includes(register) || register === reg;
    if (!isUsed && !implicitRegisters(draft.form).includes(register)) return register;
  }
}

function basePlusDisplacement(draft: Draft, place: Place, bytes: 0 | 1 | 4): number[] {
  const base = freeRegister(draft, place.middle, []);
  const displacement = chooseDisplacement(draft.random, bytes);
  setBase(draft, base, place.target - displacement);
  draft.rex |= base >> 3;
  const low = base & 7;
  const size = bytes === 0 && low === 5 ? 1 : bytes;
  const mode = size === 0 ? 0 : size === 1 ? 1 : 2;
  const sib = low === 4 ? [0x24] : [];
  return [(mode << 6) | (place.middle << 3) | low, ...sib, ...littleEndian(displacement, size)];
}

function baseAndIndex(draft: Draft, place: Place, bytes: 0 | 1 | 4): number[] {
  const { random } = draft;
  const base = freeRegister(draft, place.middle, []);
  const index = freeRegister(draft, place.middle, [base]);
  const scale = random.below(4);
  const displacement = chooseDisplacement(random, bytes);
  const scaled = registerOf(draft, index) << BigInt(scale);
  setBase(draft, base, place.target - displacement - scaled);
  draft.rex |= (base >> 3) | ((index >> 3) << 1);
  const size = bytes === 0 && (base & 7) === 5 ? 1 : bytes;
  const mode = size === 0 ? 0 : size === 1 ? 1 : 2;
  const sib = (scale << 6) | ((index & 7) << 3) | (base & 7);
  return [(mode << 6) | (place.middle << 3) | 4, sib, ...littleEndian(displacement, size)];
}

function indexAlone(draft: Draft, place: Place): number[] {
  const index = freeRegister(draft, place.middle, []);
  const displacement = chooseDisplacement(draft.random, 4);
  setBase(draft, index, place.target - displacement);
  draft.rex |= (index >> 3) << 1;
  const sib = ((index & 7) << 3) | 5;
  return [(place.middle << 3) | 4, sib, ...littleEndian(displacement, 4)];
}

/** The stack pointer is where it is: the displacement leads to the target. */
function stackRelative(draft: Draft, place: Place): number[] {
  const displacement = place.target - registerOf(draft, RSP);
  return [0x80 | (place.middle << 3) | 4, 0x24, ...littleEndian(displacement, 4)];
}

function absolute(place: Place): number[] {
  return [(place.middle << 3) | 4, 0x25, ...littleEndian(place.target, 4)];
}

function ripRelative(draft: Draft, place: Place): number[] {
  const prefixBytes = draft.prefixes.length + rexBytes(draft).length;
  const length = prefixBytes + place.opcodeBytes + 5 + place.immediateBytes;
  const displacement = place.target - BigInt(CODE + length);
  return [(place.middle << 3) | 5, ...littleEndian(displacement, 4)];
}

function chooseDisplacement(random: Random, bytes: 0 | 1 | 4): bigint {
  if (bytes === 0) return 0n;
  return BigInt.asIntN(8 * bytes, random.word());
}

/** With addresses of 32 bits the upper half of the register does not matter: leave chance in it. */
function setBase(draft: Draft, register: number, value: bigint): void {
  const upper = draft.addressWidth === 32 ? draft.random.word() & 0xffff_ffff_0000_0000n : 0n;
  const width = draft.addressWidth;
  draft.registers[register] = upper | BigInt.asUintN(width, value);
}

/** Registers whose values were chosen for what the instruction does without naming them. */
function implicitRegisters(form: Form): readonly number[] {
  if (['shifts', 'rotations'].includes(form.family)) return [RCX];
  return ['multiplication', 'exchanges'].includes(form.family) ? [RAX, RDX] : [];
}
