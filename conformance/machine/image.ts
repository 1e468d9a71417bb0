// Guests of machine cases: a few bytes of machine code, in an executable around them.
// Spec: machine.md, "Images".

import { BadInputError } from '../verdict.ts';

/** Where the code of a case stands, and where it is entered. */
export const codeAddress = 0x10000;

/** The bytes that hexadecimal text says; blanks are nothing, and `#` begins a comment. */
export function hexToBytes(text: string): Buffer {
  const digits = text
    .split('\n')
    .map((line) => line.replace(/#.*/, ''))
    .join('')
    .replaceAll(/\s/g, '');
  if (/^([0-9a-f]{2})*$/i.test(digits)) return Buffer.from(digits, 'hex');
  throw new BadInputError(`expected pairs of hexadecimal digits, got ${digits.slice(0, 80)}`);
}

/** A static ELF64 executable of one segment. */
export function codeToImage(code: Uint8Array): Buffer {
  const head = Buffer.alloc(headerBytes + segmentBytes);
  head.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  head.writeUInt16LE(executable, 16);
  head.writeUInt16LE(amd64, 18);
  head.writeUInt32LE(1, 20);
  head.writeBigUInt64LE(BigInt(codeAddress), 24);
  head.writeBigUInt64LE(BigInt(headerBytes), 32);
  head.writeUInt16LE(headerBytes, 52);
  head.writeUInt16LE(segmentBytes, 54);
  head.writeUInt16LE(1, 56);
  const segment = head.subarray(headerBytes);
  segment.writeUInt32LE(loadable, 0);
  segment.writeUInt32LE(readWriteExecute, 4);
  segment.writeBigUInt64LE(BigInt(head.length), 8);
  segment.writeBigUInt64LE(BigInt(codeAddress), 16);
  segment.writeBigUInt64LE(BigInt(codeAddress), 24);
  segment.writeBigUInt64LE(BigInt(code.length), 32);
  segment.writeBigUInt64LE(BigInt(code.length), 40);
  segment.writeBigUInt64LE(1n, 48);
  return Buffer.concat([head, code]);
}

const headerBytes = 64;
const segmentBytes = 56;
const executable = 2;
const amd64 = 62;
const loadable = 1;
const readWriteExecute = 7;
