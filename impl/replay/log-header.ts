// The header of a log that is kept as a file: format version, and the state it starts from.
// A channel between two hosts agrees on both by its own greeting and carries bare entries.
// Spec: replay.md, "Header".

import { createByteReader } from '../base/byte-reader.ts';
import { createByteWriter } from '../base/byte-writer.ts';
import { crc32c } from '../base/crc32c.ts';
import type { CodecError, CodecErrorReason, Incomplete } from './entry-codec.ts';

export const logHeaderBytes = 56;
export const logVersion = 1;

export interface LogHeader {
  readonly kind: 'header';
  /** The position of the state from which the log is to be replayed, and its digest. */
  readonly position: bigint;
  readonly digest: Uint8Array;
}

/** spec: replay.log-names-its-start */
export function logHeaderToBytes(header: Omit<LogHeader, 'kind'>): Uint8Array {
  const writer = createByteWriter(logHeaderBytes);
  writer.bytes(magic);
  writer.u16(logVersion);
  writer.u16(0);
  writer.u64(header.position);
  writer.bytes(header.digest);
  writer.u32(crc32c(writer.toBytes()));
  return writer.toBytes();
}

/** spec: replay.unknown-version-stops */
export function bytesToLogHeader(bytes: Uint8Array): LogHeader | Incomplete | CodecError {
  const reader = createByteReader(bytes);
  const found = reader.bytes(magic.length);
  const [version, reserved] = [reader.u16(), reader.u16()];
  const position = reader.u64();
  const digest = reader.bytes(32);
  const checksum = reader.u32();
  if (reader.failure !== undefined) return { kind: 'incomplete' };
  if (found.some((byte, index) => byte !== magic[index])) {
    return refuse('bad-magic', 'expected the magic "LOCKSTEP": this file is not a log');
  }
  if (version !== logVersion || reserved !== 0) {
    return refuse('unknown-version', `expected version ${logVersion}, got ${version}`);
  }
  if (crc32c(bytes.subarray(0, logHeaderBytes - 4)) !== checksum) {
    return refuse('checksum', 'the checksum does not fit');
  }
  return { kind: 'header', position, digest };
}

function refuse(reason: CodecErrorReason, what: string): CodecError {
  return { kind: 'codec-error', reason, offset: 0, message: `log header: ${what}` };
}

const magic = Uint8Array.from('LOCKSTEP', (letter) => letter.charCodeAt(0));
