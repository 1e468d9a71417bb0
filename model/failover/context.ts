// What the failover chart remembers and what it sees. Types only. Spec: protocol, "Arbitration", "Failover".

import type {
  ArbiterRecord,
  FailoverTell,
  Incarnation,
  Input,
  Intent,
  Reason,
} from '../vocabulary.ts';

export interface FailoverContext {
  self: Incarnation;
  /** The record last read. */
  record: ArbiterRecord | null;
  /** What the request outstanding, or the last one, is for. */
  intent: Intent;
  /** What is asked next, when the request outstanding is resolved. */
  wanted: Intent | null;
  /** The reason of a T7 that no divergence explains. */
  aloneFor: Reason;
  /** The backup that T3 or T14 names. */
  peer: Incarnation | null;
  /** The epoch of the pairing in which this node is backup. */
  epoch: number;
  /** Replacement: the version of the record in whose pair it is to replace the backup; 0 of a backup. */
  replaces: number;
  suspected: boolean;
  lost: boolean;
  /** Owner: the backup diverged. Backup: my own replay did. */
  diverged: boolean;
  /** Backup: the owner has yielded; the entry that powers off is held. */
  yielded: boolean;
  poweringOff: boolean;
  fenced: boolean;
  /** The fence was answered `error`, and is asked again. */
  fenceLost: boolean;
  consumed: boolean;
  /** The token of the owner that suspended the machine: its image is the one to resume. */
  imageToken: number;
}
export type FailoverEvent =
  | FailoverTell
  | Input<'arbiter.answered'>
  | Input<'arbiter.failed'>
  | Input<'disk.answered'>
  | Input<'guest.loaded'>
  | { type: 'retry.due' };
