// Reads entries from bytes that arrive in pieces of any size, from a file or from a channel.
// It checks bytes, not meaning: numbering and positions are the replayer's concern.
// Spec: replay.md, "Reading".

import type { LogEntry } from './entry.ts';
import { bytesToEntry, type CodecError, type Incomplete } from './entry-codec.ts';
import { bytesToLogHeader, type LogHeader, logHeaderBytes } from './log-header.ts';

/** Between two calls it keeps less than one frame, whatever arrives. */
export interface LogReader {
  /** Adds bytes and returns the entries they complete. After an error nothing more is read. */
  push(bytes: Uint8Array): {
    readonly entries: readonly LogEntry[];
    readonly error?: CodecError;
  };
  /** Bytes of an entry that never became complete; they are discarded, never applied. */
  readonly tornBytes: number;
  /** Offset of the next entry in the log. */
  readonly offset: number;
}

/**
 * `offset` is where in the log the first byte stands: for messages alone.
 *
 * spec: replay.damage-stops-reading
 */
export function createLogReader(offset = 0): LogReader {
  let kept: Uint8Array = new Uint8Array(0);
  let keptAt = offset;
  let failed: CodecError | undefined;

  return {
    push(bytes) {
      const entries: LogEntry[] = [];
      if (failed !== undefined) return { entries, error: failed };
      const joined = kept.length === 0 ? bytes : join(kept, bytes);
      let at = 0;
      while (at < joined.length) {
        const next = bytesToEntry(joined, at, keptAt);
        if (next.kind === 'codec-error') failed = next;
        if (next.kind !== 'entry') break;
        entries.push(next.entry);
        at += next.size;
      }
      kept = joined.slice(at);
      keptAt += at;
      return failed === undefined ? { entries } : { entries, error: failed };
    },
    get tornBytes() {
      return failed === undefined ? kept.length : 0;
    },
    get offset() {
      return keptAt;
    },
  };
}

/** A whole log: every entry up to its end, or up to the first thing that is wrong. */
export interface ReadLog {
  readonly kind: 'log';
  readonly header: LogHeader;
  readonly entries: readonly LogEntry[];
  /** Bytes of a trailing entry that is not complete; zero where the log ends cleanly. */
  readonly tornBytes: number;
  /** What stopped the reading; the entries before it are sound. */
  readonly error?: CodecError;
}

/** spec: replay.torn-trailing-entry-discarded */
export function bytesToLog(bytes: Uint8Array): ReadLog | Incomplete | CodecError {
  const header = bytesToLogHeader(bytes);
  if (header.kind !== 'header') return header;
  const reader = createLogReader(logHeaderBytes);
  const { entries, error } = reader.push(bytes.subarray(logHeaderBytes));
  const log = { kind: 'log', header, entries, tornBytes: reader.tornBytes } as const;
  return error === undefined ? log : { ...log, error };
}

function join(left: Uint8Array, right: Uint8Array): Uint8Array {
  const joined = new Uint8Array(left.length + right.length);
  joined.set(left);
  joined.set(right, left.length);
  return joined;
}
