// What an observer knows of a pair that lost its channel, and of what its owner keeps. It only holds it:
// advance-reconnection.ts brings it up to date. Spec: protocol.md, "Reconnecting".

import type { Counter } from '../wire.ts';

/** What the log of an owner holds at a sequence; the data of an output that was never sent are unknown. */
export interface Logged {
  readonly position: Counter;
  readonly entry: string;
  readonly data: string | undefined;
}

/** A pair that lost its channel while it ran, as its observer knows it. */
export interface Reconnection {
  /** The channel closed while the pair ran: a silence, until it is back. */
  isSilence: boolean;
  /** It is gone for a reason that no message withdraws. */
  isLost: boolean;
  /** The connection that the owner asked for in the place of the one that closed. */
  attempt: Counter | undefined;
  isAttemptOpen: boolean;
  /** The attempt was refused, closed, or answered with a sequence that cannot be. */
  isAttemptFailed: boolean;
  /** What the welcome being handled is: the channel is back, or the backup is lost, and why. */
  answer: 'taken-up' | 'below' | 'beyond' | undefined;
  /** Every entry that the guest's doings made in this epoch. */
  readonly logged: Map<bigint, Logged>;
  /** The entry to be sent next, while the log is resumed. */
  next: bigint | undefined;
  /** A connection that a newer one replaced, and that was not closed yet. */
  older: Counter | undefined;
}

export function createReconnection(): Reconnection {
  return {
    isSilence: false,
    isLost: false,
    attempt: undefined,
    isAttemptOpen: false,
    isAttemptFailed: false,
    answer: undefined,
    logged: new Map(),
    next: undefined,
    older: undefined,
  };
}
