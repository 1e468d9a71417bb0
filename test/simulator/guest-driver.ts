// What the simulator asks of a guest, whatever executes it: the hash chain or the engine.
// A driver runs one guest on one host; it knows no protocol and no other host.

import type { Channel, GuestInputKind, ReplayEntry } from '../../impl/protocol/index.ts';

/** Something that needs a log entry, as the running guest met it. */
export type GuestEvent =
  | {
      readonly type: 'input';
      readonly position: bigint;
      readonly kind: GuestInputKind;
      readonly data: Uint8Array;
    }
  | {
      readonly type: 'output';
      readonly position: bigint;
      readonly channel: Channel;
      readonly data: Uint8Array;
    };

/** What comes from outside, between two steps. */
export interface GuestArrival {
  readonly kind: Exclude<GuestInputKind, 'time-stamp'>;
  readonly data: Uint8Array;
}

export type ApplyOutcome =
  | {
      readonly type: 'applied';
      readonly output: { readonly channel: Channel; readonly data: Uint8Array } | null;
    }
  | { readonly type: 'diverged'; readonly position: bigint };

/** A guest as it stands, to go on elsewhere; what it did and did not tell is told there. */
export interface GuestImage {
  /** Up to here it told all. */
  readonly position: bigint;
  readonly state: Uint8Array;
}

export interface GuestDriver {
  /** Runs until something needs an entry, or for so many steps. */
  run(stepsMax: number, timeStamp: () => bigint): GuestEvent | null;
  /** Something that happened already and was not told yet; null where all is told. */
  pending(): GuestEvent | null;
  /** Nothing happened that was not told: the state is what the event told last has left. */
  isAllTold(): boolean;
  /** Gives the guest what came from outside; null where this guest has no use for it. */
  inject(arrival: GuestArrival): GuestEvent | null;
  position(): bigint;
  /** Digest of the whole guest state: equal states have equal digests. */
  digest(): string;
  copy(): GuestImage;
  restore(position: bigint, state: Uint8Array): void;
  /** Replays through this entry and no further. */
  apply(entry: ReplayEntry): ApplyOutcome;
}
