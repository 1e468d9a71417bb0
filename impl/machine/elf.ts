// Reads a static ELF64 image for x86-64 and says where its segments go in memory.
// Not a linker: no relocation, no interpreter, no symbols. The file is not trusted.
// Spec: machine.md, "Images". Source: System V ABI, AMD64 supplement; gABI chapters 4 and 5.

import { createByteReader } from '../base/byte-reader.ts';

export const imageBytesMax: number = 256 * 1024 * 1024;
export const imageSegmentsMax = 64;
/** Below it memory stays free for the tables of a boot protocol. */
export const imageAddressMin = 0x1_0000;

export interface ElfSegment {
  readonly address: number;
  /** Bytes in memory; those past `bytes` are zero. */
  readonly size: number;
  readonly bytes: Uint8Array;
}

export interface ElfImage {
  readonly kind: 'image';
  readonly entry: number;
  readonly segments: readonly ElfSegment[];
}

export type ImageErrorReason =
  | 'too-large'
  | 'not-elf'
  | 'wrong-target'
  | 'not-static'
  | 'truncated'
  | 'bad-segment'
  | 'does-not-fit'
  | 'bad-entry';

export interface ImageError {
  readonly kind: 'image-error';
  readonly reason: ImageErrorReason;
  readonly message: string;
}

/** spec: machine.image-refused-with-reason */
export function bytesToElfImage(file: Uint8Array, ramBytes: number): ElfImage | ImageError {
  if (file.length > imageBytesMax) {
    return refuse('too-large', `expected at most ${imageBytesMax} bytes, got ${file.length}`);
  }
  const header = readHeader(file);
  if (header.kind === 'image-error') return header;
  const segments: ElfSegment[] = [];
  for (let index = 0; index < header.programHeaders; index += 1) {
    const segment = readSegment(file, header.programHeadersAt + index * 56, index, ramBytes);
    if (segment === 'none') continue;
    if ('kind' in segment) return segment;
    segments.push(segment);
  }
  return checkImage(header.entry, segments);
}

interface Header {
  readonly kind: 'header';
  readonly entry: bigint;
  readonly programHeadersAt: number;
  readonly programHeaders: number;
}

function readHeader(file: Uint8Array): Header | ImageError {
  const reader = createByteReader(file);
  if (reader.u32() !== elfMagic) return refuse('not-elf', 'expected the magic 7f 45 4c 46');
  const [elfClass, order] = [reader.u8(), reader.u8()];
  reader.bytes(10);
  const [type, machine] = [reader.u16(), reader.u16()];
  reader.u32();
  const entry = reader.u64();
  const tableAt = reader.u64();
  reader.bytes(14);
  const [entrySize, count] = [reader.u16(), reader.u16()];
  if (reader.failure !== undefined) {
    return refuse('truncated', `expected a header of 64 bytes, got ${file.length}`);
  }
  if (elfClass !== 2 || order !== 1 || machine !== machineAmd64) {
    const found = `class ${elfClass}, byte order ${order}, machine ${machine}`;
    return refuse('wrong-target', `expected 64 bits, little-endian, machine 62, got ${found}`);
  }
  if (type !== typeExecutable) {
    const remedy = 'link it with -static -no-pie';
    return refuse('not-static', `expected an executable (type 2), got type ${type}: ${remedy}`);
  }
  if (count === 0 || count > imageSegmentsMax || entrySize !== 56) {
    const found = `${count} of ${entrySize} bytes`;
    return refuse('bad-segment', `expected 1 to 64 program headers of 56 bytes, got ${found}`);
  }
  if (tableAt + BigInt(count * 56) > BigInt(file.length)) {
    return refuse('truncated', `the program headers at ${tableAt} end outside the file`);
  }
  return { kind: 'header', entry, programHeadersAt: Number(tableAt), programHeaders: count };
}

function readSegment(
  file: Uint8Array,
  at: number,
  index: number,
  ramBytes: number,
): ElfSegment | ImageError | 'none' {
  const reader = createByteReader(file.subarray(at, at + 56));
  const type = reader.u32();
  reader.u32();
  const offset = reader.u64();
  reader.u64();
  const [address, fileSize, size] = [reader.u64(), reader.u64(), reader.u64()];
  const who = `program header ${index}`;
  if (type === segmentInterpreter || type === segmentDynamic) {
    return refuse('not-static', `${who} asks for a dynamic linker: link it with -static -no-pie`);
  }
  if (type !== segmentLoad || size === 0n) return 'none';
  if (fileSize > size) {
    return refuse('bad-segment', `${who}: ${fileSize} bytes in the file, ${size} in memory`);
  }
  if (offset + fileSize > BigInt(file.length)) {
    return refuse('truncated', `${who}: its bytes at ${offset} end outside the file`);
  }
  if (address < BigInt(imageAddressMin) || address + size > BigInt(ramBytes)) {
    const [range, found] = [`${imageAddressMin} to ${ramBytes}`, `${address} to ${address + size}`];
    const remedy = 'link it elsewhere or give the machine more memory';
    return refuse('does-not-fit', `${who}: expected within ${range}, got ${found}: ${remedy}`);
  }
  const start = Number(offset);
  const bytes = file.subarray(start, start + Number(fileSize));
  return { address: Number(address), size: Number(size), bytes };
}

function checkImage(entry: bigint, segments: readonly ElfSegment[]): ElfImage | ImageError {
  const sorted = [...segments].sort((left, right) => left.address - right.address);
  for (const [index, segment] of sorted.entries()) {
    const next = sorted[index + 1];
    if (next !== undefined && segment.address + segment.size > next.address) {
      return refuse('bad-segment', `two segments overlap at ${next.address}`);
    }
  }
  const holds = (segment: ElfSegment): boolean =>
    entry >= BigInt(segment.address) && entry < BigInt(segment.address + segment.size);
  if (!segments.some(holds)) {
    return refuse('bad-entry', `the entry point ${entry} lies in no loaded segment`);
  }
  return { kind: 'image', entry: Number(entry), segments };
}

function refuse(reason: ImageErrorReason, what: string): ImageError {
  return { kind: 'image-error', reason, message: `guest image: ${what}` };
}

const elfMagic = 0x464c_457f;
const machineAmd64 = 62;
const typeExecutable = 2;
const segmentLoad = 1;
const segmentDynamic = 2;
const segmentInterpreter = 3;
