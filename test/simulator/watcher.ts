// What a checker may see: the world from outside, never the inside of a node.

import type { Taken } from '../../impl/host/trace.ts';
import type { ArbiterRecord, Facts, Incarnation } from '../../impl/protocol/index.ts';

export interface Emission {
  readonly from: Incarnation;
  readonly channel: 'network' | 'console';
  readonly offset: bigint;
  readonly data: Uint8Array;
}

export interface Report {
  readonly from: Incarnation;
  readonly state: Facts['state'];
  readonly reason: string;
}

export interface WorldView {
  readonly now: bigint;
  readonly record: ArbiterRecord | null;
  /** The facts of every host that is up. */
  facts(): readonly (Facts & { readonly incarnation: Incarnation })[];
  /** The run came to rest: no fault is active, and nothing is on its way. */
  readonly isSettled: boolean;
  /** Everything in `at-least-once` must have come out. */
  readonly network: 'at-least-once' | 'may-be-lost';
}

/** Each method is called as it happens, and returns what is wrong, or null. */
export interface Watcher {
  readonly name: string;
  emitted?(emission: Emission, world: WorldView): string | null;
  blockChanged?(data: Uint8Array): string | null;
  recordWritten?(record: ArbiterRecord): string | null;
  /** The running guest of `epoch` passed entry `seq`, and had this digest then. Not called for an
   *  entry after which it did more before it was told: what the entry left is gone. */
  entryRecorded?(epoch: bigint, seq: bigint, digest: string): string | null;
  /** The digest is made only when it is asked for: the engine's is not cheap. */
  entryApplied?(epoch: bigint, seq: bigint, digest: () => string): string | null;
  reported?(report: Report, world: WorldView): string | null;
  diverged?(epoch: bigint, seq: bigint): string | null;
  /** A node was given an input, and answered with these effects or a refusal. */
  given?(incarnation: Incarnation, taken: Taken, world: WorldView): null;
  stepped?(world: WorldView): string | null;
  finished?(world: WorldView): string | null;
}
