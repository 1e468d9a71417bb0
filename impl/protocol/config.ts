// What a node is told once, when it is created: who it is, for which machine, and the periods.
// Not its state. Spec: protocol.md, "Periods".

import type { Instant } from '../base/counters.ts';
import type { Incarnation } from './incarnation.ts';

/** `at-least-once`: packets that may not have left are sent again at takeover; else never. */
export type NetworkProfile = 'at-least-once' | 'may-be-lost';

/** All in nanoseconds. */
export interface Periods {
  readonly beatInterval: bigint;
  readonly aliveInterval: bigint;
  readonly beatTimeout: bigint;
  readonly channelTimeout: bigint;
  readonly arbiterRetry: bigint;
  readonly joinTimeout: bigint;
  readonly yieldTimeout: bigint;
  /** Lag above which the guest is slowed. */
  readonly lagMax: bigint;
}

export interface Config {
  readonly vm: string;
  readonly self: Incarnation;
  /** Digest of what the guest can see of its configuration. */
  readonly configuration: Uint8Array;
  readonly periods: Periods;
  /** Unacknowledged entries before the guest is held. */
  readonly entriesMax: bigint;
  readonly network: NetworkProfile;
  /** A closed channel of a running pair is opened again, and is no suspicion. */
  readonly reconnect: boolean;
  /** The instant at which the node begins. */
  readonly at: Instant;
}

const millisecond = 1_000_000n;

export const standardPeriods: Periods = {
  beatInterval: 100n * millisecond,
  aliveInterval: 130n * millisecond,
  beatTimeout: 350n * millisecond,
  channelTimeout: 470n * millisecond,
  arbiterRetry: 170n * millisecond,
  joinTimeout: 1900n * millisecond,
  yieldTimeout: 2300n * millisecond,
  lagMax: 1000n * millisecond,
};

export const standardEntriesMax = 64n;
