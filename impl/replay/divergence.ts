// Divergence: the log and the machine disagree. A value that names both sides, never an assertion.
// Spec: replay.md, "Divergence".

import type { Position, Sequence } from '../base/counters.ts';
import { bytesToHex } from '../base/hex.ts';
import type { EntryBody, EntryKind, LogEntry } from './entry.ts';

/**
 * What one side did. `halted` and `off` are a machine that cannot get where the log says,
 * `nothing` one that went through the step without the operation, `refused` one to which the
 * event could not happen.
 */
export interface DivergenceSide {
  readonly kind: EntryKind | 'nothing' | 'halted' | 'off' | 'refused';
  readonly position: Position;
  readonly detail: string;
}

export interface Divergence {
  readonly kind: 'divergence';
  /** The entry at which the two were compared. */
  readonly seq: Sequence;
  /** The first position at which the two sides are known to differ. */
  readonly position: Position;
  /** What the log says. */
  readonly expected: DivergenceSide;
  /** What this machine did. */
  readonly actual: DivergenceSide;
  /** State digests: this machine's own, and the log's where the entry holds one. */
  readonly digests: { readonly expected?: Uint8Array; readonly actual: Uint8Array };
}

/** spec: replay.divergence-names-both-sides */
export function createDivergence(
  entry: LogEntry,
  actual: DivergenceSide,
  digest: Uint8Array,
): Divergence {
  const expected = entryToSide(entry);
  const isEarlier = actual.position < expected.position;
  const position = isEarlier ? actual.position : expected.position;
  const own = { actual: digest };
  const digests = entry.kind === 'digest' ? { expected: entry.payload.digest, ...own } : own;
  return { kind: 'divergence', seq: entry.seq, position, expected, actual, digests };
}

export function divergenceToText(divergence: Divergence): string {
  const { seq, position, expected, actual } = divergence;
  const side = ({ kind, position: at, detail }: DivergenceSide): string =>
    `${kind} at position ${at}${detail === '' ? '' : ` (${detail})`}`;
  const both = `the log says ${side(expected)}, the machine did ${side(actual)}`;
  return `divergence at entry ${seq}, position ${position}: ${both}`;
}

function entryToSide(entry: LogEntry): DivergenceSide {
  return { kind: entry.kind, position: entry.position, detail: bodyToDetail(entry) };
}

/** The part of a payload that a reader compares. */
export function bodyToDetail(body: EntryBody): string {
  switch (body.kind) {
    case 'time-stamp':
      return `value ${body.payload.value}`;
    case 'input':
      return `channel ${body.payload.channel}, ${body.payload.bytes.length} bytes`;
    case 'timer':
      return `timer ${body.payload.timer}, seen at ${body.payload.timeStamp}`;
    case 'disk-completion':
      return `operation ${body.payload.operation}, status ${body.payload.status}`;
    case 'output': {
      const { channel, offset, size, check } = body.payload;
      return `channel ${channel}, offset ${offset}, ${size} bytes, ${bytesToHex(check)}`;
    }
    case 'power-off':
      return `origin ${body.payload.origin}`;
    case 'digest':
      return bytesToHex(body.payload.digest);
  }
}
