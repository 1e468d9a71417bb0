// The bytes of a machine's log, read from the chapter by the suite for itself: a header, and a
// frame an entry. Entries come from cases; what an adapter logged is put into words for reports.
// Spec: replay.md, "Header", "Frames" and "Payloads".

import { createHash } from 'node:crypto';
import type { CaseEntry } from './case.ts';

/** Where an entry stands when it does not say so itself. */
export interface Place {
  readonly epoch: number;
  readonly seq: number;
}

/** The digest that a mark names, 32 bytes. */
export type DigestOf = (mark: string) => Uint8Array;

export function entryToFrame(entry: CaseEntry, place: Place, digestOf: DigestOf): Buffer {
  const head = Buffer.alloc(26);
  head.writeBigUInt64LE(BigInt(entry.epoch ?? place.epoch), 0);
  head.writeBigUInt64LE(BigInt(entry.seq ?? place.seq), 8);
  head.writeBigUInt64LE(BigInt(entry.position), 16);
  head.writeUInt16LE(kinds.indexOf(entry.kind) + 1, 24);
  return frame(Buffer.concat([head, payload(entry, digestOf)]));
}

export interface HeaderFields {
  readonly version: number;
  readonly reserved: number;
  readonly position: number;
  readonly digest: Uint8Array;
}

export function headerToBytes({ version, reserved, position, digest }: HeaderFields): Buffer {
  const bytes = Buffer.alloc(52);
  bytes.write('LOCKSTEP', 0, 'ascii');
  bytes.writeUInt16LE(version, 8);
  bytes.writeUInt16LE(reserved, 10);
  bytes.writeBigUInt64LE(BigInt(position), 12);
  bytes.set(digest, 20);
  return Buffer.concat([bytes, checksum(bytes)]);
}

/** A line for each frame; what is none is shown as bytes. */
export function framesToLines(bytes: Buffer): readonly string[] {
  const lines: string[] = [];
  let at = 0;
  while (at < bytes.length) {
    const size = frameSize(bytes, at);
    if (size === undefined) return [...lines, `no entry: ${shown(bytes.subarray(at))}`];
    lines.push(frameToText(bytes.subarray(at, at + size)));
    at += size;
  }
  return lines;
}

const kinds = [
  'time-stamp',
  'input',
  'timer',
  'disk-completion',
  'output',
  'power-off',
  'digest',
] as const;
const origins = ['outside', 'guest', 'fault'] as const;
const headBytes = 4;
const bodyMin = 26;
const bodyMax = 128 * 1024;
const shownBytesMax = 48;

function payload(entry: CaseEntry, digestOf: DigestOf): Buffer {
  switch (entry.kind) {
    case 'time-stamp':
      return u64(entry.value);
    case 'input':
      return Buffer.concat([u16(entry.channel), Buffer.from(entry.text, 'latin1')]);
    case 'timer':
      return Buffer.concat([u16(entry.timer), u64(entry.timeStamp)]);
    case 'disk-completion':
      return Buffer.concat([
        u64(entry.operation),
        Buffer.of(entry.status),
        Buffer.from(entry.text, 'latin1'),
      ]);
    case 'output': {
      const data = Buffer.from(entry.text, 'latin1');
      const check = createHash('sha256').update(data).digest().subarray(0, 8);
      return Buffer.concat([u16(entry.channel), u64(entry.offset), u32(data.length), check]);
    }
    case 'power-off':
      return Buffer.of(origins.indexOf(entry.origin));
    case 'digest':
      return Buffer.from(digestOf(entry.digest.of));
  }
}

function frame(body: Buffer): Buffer {
  const head = Buffer.alloc(headBytes);
  head.writeUIntLE(body.length, 0, 3);
  head[3] = 0xa5 ^ (body.length & 0xff) ^ ((body.length >> 8) & 0xff) ^ (body.length >> 16);
  const framed = Buffer.concat([head, body]);
  return Buffer.concat([framed, checksum(framed)]);
}

/** Bytes of the frame that begins there, undefined where none does. */
function frameSize(bytes: Buffer, at: number): number | undefined {
  if (bytes.length - at < headBytes) return undefined;
  const [a = 0, b = 0, c = 0, check = 0] = bytes.subarray(at, at + headBytes);
  const body = a | (b << 8) | (c << 16);
  const size = headBytes + body + 4;
  const isSound = (a ^ b ^ c ^ check) === 0xa5 && body >= bodyMin && body <= bodyMax;
  if (!isSound || bytes.length - at < size) return undefined;
  const end = at + size - 4;
  return checksum(bytes.subarray(at, end)).equals(bytes.subarray(end, end + 4)) ? size : undefined;
}

function frameToText(bytes: Buffer): string {
  const body = bytes.subarray(headBytes, bytes.length - 4);
  const [epoch, seq, position] = [0, 8, 16].map((at) => body.readBigUInt64LE(at));
  const number = body.readUInt16LE(24);
  const kind = kinds[number - 1] ?? `kind ${number}`;
  const what = shown(body.subarray(bodyMin));
  return `epoch ${epoch}, entry ${seq}, position ${position}: ${kind} ${what}`;
}

function shown(bytes: Buffer): string {
  const text = bytes.subarray(0, shownBytesMax).toString('hex');
  return bytes.length > shownBytesMax ? `${text}... (${bytes.length} bytes)` : text;
}

function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

/** CRC-32C, least significant byte first. */
function checksum(bytes: Uint8Array): Buffer {
  let remainder = 0xffffffff;
  for (const byte of bytes) {
    remainder ^= byte;
    for (let bit = 0; bit < 8; bit += 1) {
      remainder = (remainder >>> 1) ^ (remainder & 1 ? 0x82f63b78 : 0);
    }
  }
  return u32(~remainder >>> 0);
}
