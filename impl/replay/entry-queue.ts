// The entries that wait to be replayed: consecutive, of one epoch, with positions that never fall.
// Not the protocol's log buffer: what is refused here was not received.
// Spec: replay.md, "Order".

import type { Epoch, Position, Sequence } from '../base/counters.ts';
import { bigintToSequence, type LogEntry } from './entry.ts';

/** Entries that may wait at one time. */
export const queuedEntriesMax = 65536;

export type PushResult =
  | { readonly kind: 'accepted' }
  /** It was there before; nothing changes. */
  | { readonly kind: 'duplicate' }
  | { readonly kind: 'gap'; readonly expected: Sequence; readonly got: Sequence }
  | { readonly kind: 'wrong-epoch'; readonly expected: Epoch; readonly got: Epoch }
  | { readonly kind: 'position-fell'; readonly expected: Position; readonly got: Position }
  | { readonly kind: 'full' };

export interface EntryQueue {
  readonly size: number;
  readonly seqNext: Sequence;
  head(): LogEntry | undefined;
  shift(): void;
  push(entry: LogEntry): PushResult;
}

/** spec: replay.entries-in-order, replay.duplicate-dropped */
export function createEntryQueue(start: {
  readonly epoch: Epoch;
  readonly seqNext: Sequence;
  readonly position: Position;
}): EntryQueue {
  let entries: LogEntry[] = [];
  let first = 0;
  let { seqNext, position } = start;

  function refusal(entry: LogEntry): PushResult | undefined {
    if (entry.epoch !== start.epoch) {
      return { kind: 'wrong-epoch', expected: start.epoch, got: entry.epoch };
    }
    if (entry.seq < seqNext) return { kind: 'duplicate' };
    if (entry.seq > seqNext) return { kind: 'gap', expected: seqNext, got: entry.seq };
    if (entry.position < position) {
      return { kind: 'position-fell', expected: position, got: entry.position };
    }
    return entries.length - first >= queuedEntriesMax ? { kind: 'full' } : undefined;
  }

  return {
    get size() {
      return entries.length - first;
    },
    get seqNext() {
      return seqNext;
    },
    head() {
      return entries[first];
    },
    shift() {
      first += 1;
      if (first < 1024) return;
      entries = entries.slice(first);
      first = 0;
    },
    push(entry) {
      const refused = refusal(entry);
      if (refused !== undefined) return refused;
      entries.push(entry);
      seqNext = bigintToSequence(entry.seq + 1n);
      position = entry.position;
      return { kind: 'accepted' };
    },
  };
}
