// Reads the bytes of an instruction one after the other, the prefixes first. What they mean for an
// operand is in decode-operands.ts. Spec: cpu.md, "Decoding".

import type { MandatoryPrefix, OpcodeMap } from './instruction.ts';

export type Reader = { readonly bytes: Uint8Array; position: number; ranOut: boolean };

export function createReader(bytes: Uint8Array): Reader {
  return { bytes, position: 0, ranOut: false };
}

export function readByte(reader: Reader): number {
  const byte = reader.bytes[reader.position];
  if (byte === undefined) reader.ranOut = true;
  else reader.position += 1;
  return byte ?? 0;
}

/** Reads `count` bytes, little endian, as an unsigned number. */
export function readUnsigned(reader: Reader, count: 1 | 2 | 4 | 8): bigint {
  let value = 0n;
  for (let k = 0; k < count; k += 1) value |= BigInt(readByte(reader)) << BigInt(8 * k);
  return value;
}

/** Reads `count` bytes as a signed number, as 64 bits. */
export function readSigned(reader: Reader, count: 1 | 2 | 4 | 8): bigint {
  return BigInt.asUintN(64, BigInt.asIntN(8 * count, readUnsigned(reader, count)));
}

export type Prefixes = {
  operandSize: boolean;
  addressSize: boolean;
  lock: boolean;
  /** The last of F2 and F3, which rules. */
  repeat: 0 | 0xf2 | 0xf3;
  segment: 'none' | 'fs' | 'gs';
  /** The REX byte that stands directly before the opcode, or 0. */
  rex: number;
  /** What a VEX prefix says beside what REX could say; its bits W, R, X and B are in `rex`. */
  vex?: { readonly prefix: MandatoryPrefix; readonly register: number; readonly isWide: boolean };
};

/** A REX byte counts only directly before the opcode; in long mode ES, CS, SS, DS say nothing. */
export function readPrefixes(reader: Reader): Prefixes {
  const prefixes: Prefixes = {
    operandSize: false,
    addressSize: false,
    lock: false,
    repeat: 0,
    segment: 'none',
    rex: 0,
  };
  for (;;) {
    const byte = reader.bytes[reader.position];
    if (byte === undefined) return prefixes;
    if ((byte & 0xf0) === 0x40) prefixes.rex = byte;
    else if (takeLegacyPrefix(prefixes, byte)) prefixes.rex = 0;
    else return prefixes;
    reader.position += 1;
  }
}

function takeLegacyPrefix(prefixes: Prefixes, byte: number): boolean {
  switch (byte) {
    case 0x66:
      prefixes.operandSize = true;
      return true;
    case 0x67:
      prefixes.addressSize = true;
      return true;
    case 0xf0:
      prefixes.lock = true;
      return true;
    case 0xf2:
    case 0xf3:
      prefixes.repeat = byte;
      return true;
    case 0x64:
    case 0x65:
      prefixes.segment = byte === 0x64 ? 'fs' : 'gs';
      return true;
    case 0x26:
    case 0x2e:
    case 0x36:
    case 0x3e:
      return true;
    default:
      return false;
  }
}

/**
 * The rest of a VEX prefix behind C4 or C5: bits R, X, B and the register are inverted. Undefined
 * for a map that is not there, and behind a prefix that VEX does not allow.
 */
export function readVex(
  reader: Reader,
  prefixes: Prefixes,
  first: 0xc4 | 0xc5,
): OpcodeMap | undefined {
  const high = readByte(reader);
  const low = first === 0xc4 ? readByte(reader) : high & 0x7f;
  const isForbidden = prefixes.operandSize || prefixes.lock || prefixes.repeat !== 0;
  if (isForbidden || prefixes.rex !== 0) return undefined;
  const extension = first === 0xc4 ? (high >> 5) ^ 7 : ((high >> 5) ^ 7) & 4;
  prefixes.rex = 0x40 | ((low >> 4) & 8) | extension;
  prefixes.vex = {
    prefix: VEX_PREFIXES[low & 3] ?? 0,
    register: ((low >> 3) & 15) ^ 15,
    isWide: (low & 4) !== 0,
  };
  return first === 0xc5 ? 1 : VEX_MAPS[high & 31];
}

const VEX_PREFIXES: readonly MandatoryPrefix[] = [0, 0x66, 0xf3, 0xf2];
const VEX_MAPS: readonly (OpcodeMap | undefined)[] = [undefined, 1, 2, 3];
