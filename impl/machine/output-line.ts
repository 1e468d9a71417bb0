// Groups the bytes a guest transmits one by one into outputs of whole lines.
// Not a delay in time: where a group ends is decided by what the guest does, so that both sides
// of a pair cut the stream at the same positions.
// Spec: machine.md, "Outputs".

import type { ByteReader } from '../base/byte-reader.ts';
import type { ByteWriter } from '../base/byte-writer.ts';

/** Bytes in one output, at most. */
export const outputBytesMax = 256;

export interface OutputLine {
  /** Adds a byte; a newline, or the last byte that fits, ends the group. */
  put(byte: number): void;
  /** Ends the group where it holds anything. */
  flush(): void;
  /** Bytes of the stream in finished groups. */
  readonly offset: bigint;
  save(writer: ByteWriter): void;
  load(reader: ByteReader): boolean;
}

/** spec: machine.output-grouped-by-position */
export function createOutputLine(emit: (offset: bigint, bytes: Uint8Array) => void): OutputLine {
  let pending: number[] = [];
  let offset = 0n;

  function flush(): void {
    if (pending.length === 0) return;
    const bytes = Uint8Array.from(pending);
    const start = offset;
    pending = [];
    offset += BigInt(bytes.length);
    emit(start, bytes);
  }

  return {
    put(byte) {
      pending.push(byte);
      if (byte === newline || pending.length === outputBytesMax) flush();
    },
    flush,
    get offset() {
      return offset;
    },
    save(writer) {
      writer.u64(offset);
      writer.u16(pending.length);
      writer.bytes(Uint8Array.from(pending));
    },
    load(reader) {
      offset = reader.u64();
      pending = [...reader.bytes(reader.u16())];
      return pending.length < outputBytesMax && !pending.includes(newline);
    },
  };
}

const newline = 0x0a;
