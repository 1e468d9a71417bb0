// The log entry: what happened to the machine, or what it did, at one exact position.
// Types and their bounds only; the bytes are in entry-codec.ts.
// Spec: replay.md, "Entries".

import { type Epoch, type Position, type Sequence, toCounter } from '../base/counters.ts';

/**
 * What an entry can say. Operations take place within the step that makes the position; events
 * take place between that step and the next.
 *
 * spec: replay.closed-list-of-kinds
 */
export interface EntryPayloads {
  /** Operation: the guest read the time-stamp counter, or armed or read a timer that runs by it. */
  readonly 'time-stamp': { readonly value: bigint };
  /** Event: bytes arrived on a channel. */
  readonly input: { readonly channel: number; readonly bytes: Uint8Array };
  /** Event: a timer expired, seen at this time stamp. */
  readonly timer: { readonly timer: number; readonly timeStamp: bigint };
  /** Event: a disk operation completed, with the data that it read. */
  readonly 'disk-completion': {
    readonly operation: bigint;
    readonly status: number;
    readonly data: Uint8Array;
  };
  /** Operation: the guest made an output. The bytes are not logged: the replayer makes them. */
  readonly output: {
    readonly channel: number;
    readonly offset: bigint;
    readonly size: number;
    /** The first 8 bytes of the SHA-256 of the output's bytes. */
    readonly check: Uint8Array;
  };
  /** From outside an event, by the guest or by its fault an operation; nothing runs past it. */
  readonly 'power-off': { readonly origin: PowerOffOrigin };
  /** Event without effect: the state digest at this position. */
  readonly digest: { readonly digest: Uint8Array };
}

export type PowerOffOrigin = 'outside' | 'guest' | 'fault';
export type EntryKind = keyof EntryPayloads;

/** Kind and payload, before the entry has its place in the log. */
export type EntryBody = {
  [Kind in EntryKind]: { readonly kind: Kind; readonly payload: EntryPayloads[Kind] };
}[EntryKind];

export type LogEntry = EntryBody & {
  readonly epoch: Epoch;
  readonly seq: Sequence;
  readonly position: Position;
};

/** True for what takes place within a step, false for what takes place between two. */
export function isOperation(entry: EntryBody): boolean {
  if (entry.kind === 'power-off') return entry.payload.origin !== 'outside';
  return entry.kind === 'time-stamp' || entry.kind === 'output';
}

/** An entry at its place in the log; the one spot where a body and its place are joined. */
export function placeEntry(
  body: EntryBody,
  place: { readonly epoch: Epoch; readonly seq: Sequence; readonly position: Position },
): LogEntry {
  return { ...place, ...body };
}

export function bigintToEpoch(value: bigint): Epoch {
  return toCounter<Epoch>(value);
}

export function bigintToSequence(value: bigint): Sequence {
  return toCounter<Sequence>(value);
}

export function bigintToPosition(value: bigint): Position {
  return toCounter<Position>(value);
}
