// What the pairing chart remembers and what it sees. Types only. Spec: protocol, "Pairing".

import type { AnyArrival, FtState, Incarnation, Input, PairingTell } from '../vocabulary.ts';

export interface PairingContext {
  self: Incarnation;
  reconnect: boolean;
  /** The other node of the session, and the epoch and channel on which its messages count. */
  peer: Incarnation;
  epoch: number;
  connection: number;
  /** The highest connection used or seen. */
  connectionMax: number;
  /** Backup: the last connection of its pairing, whether it stands or not; 0 where none is opened again. */
  connectionTaken: number;
  /** No `welcome` has come on the connection that is to give a pair its channel back. */
  unanswered: boolean;
  /** The highest epoch of a hello taken or a record read. */
  epochMax: number;
  reported: FtState;
  /** Owner: who is to replace the backup, and the connection to it. */
  replacement: Incarnation;
  replacementConnection: number;
  /** The version of the record in whose pair a backup is replaced: the owner asks by it, the replacement waits for it. */
  replaces: number;
  /** Replacement: the hello of the new epoch has come, and waits for the record. */
  greeted: boolean;
}
export type PairingEvent =
  | PairingTell
  | AnyArrival
  | Input<'manager.start'>
  | Input<'manager.protect'>
  | Input<'manager.power-off'>
  | Input<'manager.suspend'>
  | Input<'manager.resume'>
  | Input<'manager.turn-off'>
  | Input<'manager.restart-secondary'>
  | Input<'manager.test-failover'>
  | Input<'manager.replace-backup'>
  | Input<'guest.copied'>
  | Input<'guest.saved'>
  | Input<'channel.opened'>
  | Input<'channel.closed'>
  | { type: 'join.due' }
  | { type: 'alive.due' }
  | { type: 'yield.due' };
