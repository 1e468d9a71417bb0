// The bytes of one log entry: a frame of length, body and checksum.
// It takes bytes from anywhere and answers with an entry or with what is wrong and where.
// Spec: replay.md, "Frames" and "Payloads".

import { unreachable } from '../base/assert.ts';
import { type ByteReader, createByteReader } from '../base/byte-reader.ts';
import { type ByteWriter, createByteWriter } from '../base/byte-writer.ts';
import { crc32c } from '../base/crc32c.ts';
import {
  bigintToEpoch,
  bigintToPosition,
  bigintToSequence,
  type EntryBody,
  type EntryKind,
  type LogEntry,
  type PowerOffOrigin,
  placeEntry,
} from './entry.ts';

/** Bytes of an entry's body, at most: epoch, sequence, position, kind and payload. */
export const entryBytesMax: number = 128 * 1024;
/** Bytes of one input, and of the data of one disk completion, at most. */
export const payloadBytesMax: number = 64 * 1024;
/** The length before a body and the checksum after it. */
export const frameBytes = 8;

/** The wire number of each kind. A number that is not here stops whoever reads it. */
export const kindNumbers: Readonly<Record<EntryKind, number>> = {
  'time-stamp': 1,
  input: 2,
  timer: 3,
  'disk-completion': 4,
  output: 5,
  'power-off': 6,
  digest: 7,
};

export type CodecErrorReason =
  | 'bad-magic'
  | 'unknown-version'
  | 'length-check'
  | 'length-out-of-bounds'
  | 'checksum'
  | 'unknown-kind'
  | 'bad-payload';

export interface CodecError {
  readonly kind: 'codec-error';
  readonly reason: CodecErrorReason;
  /** Where the header or frame begins, in bytes from the start of the log. */
  readonly offset: number;
  readonly message: string;
}

/** The bytes end before the frame does. */
export interface Incomplete {
  readonly kind: 'incomplete';
}

export interface DecodedEntry {
  readonly kind: 'entry';
  readonly entry: LogEntry;
  /** Bytes of the frame. */
  readonly size: number;
}

/** spec: replay.entry-bytes */
export function entryToBytes(entry: LogEntry): Uint8Array {
  const payload = payloadToBytes(entry);
  const writer = createByteWriter(frameBytes + bodyHeadBytes + payload.length);
  writer.u32(sizeToLengthField(bodyHeadBytes + payload.length));
  writer.u64(entry.epoch);
  writer.u64(entry.seq);
  writer.u64(entry.position);
  writer.u16(kindNumbers[entry.kind]);
  writer.bytes(payload);
  writer.u32(crc32c(writer.toBytes()));
  return writer.toBytes();
}

/** The payload alone, as it stands in a frame: for a carrier that frames entries in its own way. */
export function payloadToBytes(body: EntryBody): Uint8Array {
  const writer = createByteWriter(64);
  writePayload(writer, body);
  return writer.toBytes();
}

/** The payload that these bytes are, all of them, or undefined where they are none of `kind`. */
export function bytesToPayload(kind: EntryKind, bytes: Uint8Array): EntryBody | undefined {
  const reader = createByteReader(bytes);
  const body = readPayload(reader, kind);
  return reader.left > 0 || reader.failure !== undefined ? undefined : body;
}

/**
 * The entry that begins at `at`. `base` is added to offsets in errors.
 *
 * spec: replay.entry-damage-detected, replay.unknown-kind-stops, replay.untrusted-lengths-bounded
 */
export function bytesToEntry(
  bytes: Uint8Array,
  at = 0,
  base = 0,
): DecodedEntry | Incomplete | CodecError {
  const fail = (reason: CodecErrorReason, what: string): CodecError => ({
    kind: 'codec-error',
    reason,
    offset: base + at,
    message: `log entry at byte ${base + at}: ${what}`,
  });
  const frame = createByteReader(bytes.subarray(at));
  const size = lengthFieldToSize(frame.u32());
  if (frame.failure !== undefined) return { kind: 'incomplete' };
  if (size === undefined) return fail('length-check', 'the length and its check do not agree');
  if (size < bodyHeadBytes || size > entryBytesMax) {
    const range = `${bodyHeadBytes} to ${entryBytesMax}`;
    return fail('length-out-of-bounds', `expected a body of ${range} bytes, got ${size}`);
  }
  const body = frame.bytes(size);
  const checksum = frame.u32();
  if (frame.failure !== undefined) return { kind: 'incomplete' };
  const computed = crc32c(bytes.subarray(at, at + 4 + size));
  if (computed !== checksum) {
    return fail('checksum', `expected checksum ${computed}, got ${checksum}`);
  }
  const reader = createByteReader(body);
  const [epoch, seq, position] = [reader.u64(), reader.u64(), reader.u64()];
  const kindNumber = reader.u16();
  const kind = numberToKind.get(kindNumber);
  if (kind === undefined) return fail('unknown-kind', `kind ${kindNumber} is not in the list`);
  const content = bytesToPayload(kind, reader.bytes(reader.left));
  if (content === undefined) return fail('bad-payload', `no well-formed payload of kind ${kind}`);
  const place = {
    epoch: bigintToEpoch(epoch),
    seq: bigintToSequence(seq),
    position: bigintToPosition(position),
  };
  return { kind: 'entry', entry: placeEntry(content, place), size: size + frameBytes };
}

/**
 * Three bytes of length and one that makes the exclusive or of all four 0xa5: a damaged length
 * must not pass for an entry that is not complete yet.
 */
function sizeToLengthField(size: number): number {
  const check = 0xa5 ^ (size & 0xff) ^ ((size >>> 8) & 0xff) ^ (size >>> 16);
  return (size | (check << 24)) >>> 0;
}

function lengthFieldToSize(field: number): number | undefined {
  const size = field & 0xff_ffff;
  return sizeToLengthField(size) === field ? size : undefined;
}

function writePayload(writer: ByteWriter, body: EntryBody): void {
  switch (body.kind) {
    case 'time-stamp':
      writer.u64(body.payload.value);
      return;
    case 'input':
      writer.u16(body.payload.channel);
      writer.bytes(body.payload.bytes);
      return;
    case 'timer':
      writer.u16(body.payload.timer);
      writer.u64(body.payload.timeStamp);
      return;
    case 'disk-completion':
      writer.u64(body.payload.operation);
      writer.u8(body.payload.status);
      writer.bytes(body.payload.data);
      return;
    case 'output':
      writer.u16(body.payload.channel);
      writer.u64(body.payload.offset);
      writer.u32(body.payload.size);
      writer.bytes(body.payload.check);
      return;
    case 'power-off':
      writer.u8(powerOffOrigins.indexOf(body.payload.origin));
      return;
    case 'digest':
      writer.bytes(body.payload.digest);
      return;
    default:
      unreachable(body);
  }
}

/** The payload that the rest of the body holds, or undefined where a field has no such value. */
function readPayload(reader: ByteReader, kind: EntryKind): EntryBody | undefined {
  switch (kind) {
    case 'time-stamp':
      return { kind, payload: { value: reader.u64() } };
    case 'input': {
      const channel = reader.u16();
      if (reader.left === 0 || reader.left > payloadBytesMax) return undefined;
      return { kind, payload: { channel, bytes: reader.bytes(reader.left) } };
    }
    case 'timer':
      return { kind, payload: { timer: reader.u16(), timeStamp: reader.u64() } };
    case 'disk-completion': {
      const [operation, status] = [reader.u64(), reader.u8()];
      if (reader.left > payloadBytesMax) return undefined;
      return { kind, payload: { operation, status, data: reader.bytes(reader.left) } };
    }
    case 'output': {
      const [channel, offset, size] = [reader.u16(), reader.u64(), reader.u32()];
      return { kind, payload: { channel, offset, size, check: reader.bytes(8) } };
    }
    case 'power-off': {
      const origin = powerOffOrigins[reader.u8()];
      return origin === undefined ? undefined : { kind, payload: { origin } };
    }
    case 'digest':
      return { kind, payload: { digest: reader.bytes(32) } };
    default:
      return unreachable(kind);
  }
}

/** Epoch, sequence, position and kind. */
const bodyHeadBytes = 26;
const powerOffOrigins: readonly PowerOffOrigin[] = ['outside', 'guest', 'fault'];
const numberToKind: ReadonlyMap<number, EntryKind> = new Map([
  [1, 'time-stamp'],
  [2, 'input'],
  [3, 'timer'],
  [4, 'disk-completion'],
  [5, 'output'],
  [6, 'power-off'],
  [7, 'digest'],
]);
