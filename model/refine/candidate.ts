// One state in which the node may be: the model's, and what relates it to the trace. Immutable. Not what is the same
// for every candidate, which is the node's past (past.ts).

import type { Channel, EntryKind } from '../vocabulary.ts';

export interface Candidate {
  /** A state of the model's host. */
  readonly host: number;
  /** What each channel of this node's guest has carried: bytes, and disk outputs. */
  readonly offsets: Readonly<Record<Channel, number>>;
  /** The model counts connections from 1, the node as it likes. */
  readonly connections: readonly Connection[];
  /** Entries that the model gave to the guest and the node has not yet. */
  readonly applies: readonly HeldEntry[];
  /** Entries that the node gave to the guest and that are not consumed. */
  readonly handed: readonly HeldEntry[];
  /** Backup: the highest acknowledgement sent. */
  readonly acknowledged: number;
  /** Owner: the last sequence of an output that left while recording. */
  readonly issued: number;
}

export interface Connection {
  readonly actual: string;
  readonly symbol: number;
  /** `asked`: by this node, and neither opened nor closed. */
  readonly condition: 'asked' | 'open' | 'closed';
}

export interface HeldEntry {
  readonly seq: number;
  readonly position: number;
  readonly kind: EntryKind;
  /** The item of its data as they came. */
  readonly data: number;
  /** The output that the guest must make there; null where the entry is none, or not well formed. */
  readonly output: {
    readonly channel: Channel;
    readonly item: number;
    readonly size: number;
  } | null;
}

export const firstCandidate = (host: number): Candidate => ({
  host,
  offsets: { network: 0, console: 0, disk: 0 },
  connections: [],
  applies: [],
  handed: [],
  acknowledged: 0,
  issued: 0,
});

/** Candidates that differ in nothing are one. */
export function distinct(candidates: readonly Candidate[]): Candidate[] {
  if (candidates.length < 2) return [...candidates];
  return [...new Map(candidates.map((one) => [JSON.stringify(one), one])).values()];
}

export const symbolOf = ({ connections }: Candidate, actual: string): number | null =>
  connections.find((one) => one.actual === actual)?.symbol ?? null;

export const conditionOf = (
  { connections }: Candidate,
  actual: string,
): Connection['condition'] | null =>
  connections.find((one) => one.actual === actual)?.condition ?? null;

export function withCondition(
  candidate: Candidate,
  actual: string,
  condition: Connection['condition'],
): Candidate {
  const connections = candidate.connections.map((one) =>
    one.actual === actual ? { ...one, condition } : one,
  );
  return { ...candidate, connections };
}

export const withConnection = (candidate: Candidate, connection: Connection): Candidate => ({
  ...candidate,
  connections: [...candidate.connections, connection],
});
