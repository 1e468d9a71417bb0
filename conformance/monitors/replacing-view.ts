// What an observer knows of the replacement of a backup, on either side. It only holds it: advance-replacing.ts
// brings it up to date. Spec: protocol.md, "Migration".

import type { Counter, Message } from '../wire.ts';

/** The way of a replacement, seen from the owner, until it is given up or a record that names it is read. */
export interface Replacing {
  readonly peer: string;
  /** The connection to the peer, and when it was asked for; undefined before. */
  connection: Counter | undefined;
  openedAt: bigint | undefined;
  isOpen: boolean;
  isWelcomed: boolean;
  /** The peer was sent the copy. */
  isCopied: boolean;
  isReady: boolean;
  /** T14 was asked: only a record ends the attempt now. */
  isAsked: boolean;
}

/** A node that was welcomed to replace a backup, until its owner has greeted it in the next epoch. */
export interface Replacement {
  /** The version of the record in whose `protected` it replaces the backup. */
  readonly replaces: bigint;
  /** The hello of the next epoch, which waits for the record. */
  greeting: (Message & { readonly kind: 'hello' }) | undefined;
  /** The record was read that names it. */
  isNamed: boolean;
}

export const createReplacing = (peer: string): Replacing => ({
  peer,
  connection: undefined,
  openedAt: undefined,
  isOpen: false,
  isWelcomed: false,
  isCopied: false,
  isReady: false,
  isAsked: false,
});
