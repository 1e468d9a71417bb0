// What may happen to a node: the closed union of its inputs, and why one is refused.
// Not a queue: the shell gives one input at a time.
// Spec: protocol.md, "Inputs".

import type {
  Connection,
  Instant,
  Nonce,
  Operation,
  Position,
  Sequence,
} from '../base/counters.ts';
import type { Incarnation } from './incarnation.ts';
import type { GuestEntryKind, Message, Offsets, OpenOperation } from './messages.ts';
import type { ArbiterRecord } from './record.ts';

export type Channel = 'network' | 'console' | 'disk';

export type GuestInputKind = Exclude<GuestEntryKind, 'output'>;

export type DiskResult = 'done' | 'fenced' | 'error';

export type RefusalCode =
  | 'not-owner'
  | 'not-alone'
  | 'already-started'
  | 'same-host'
  | 'joining'
  | 'not-protected'
  | 'operation-pending'
  | 'not-running';

/** What the manager asks of a live owner, but for what names a peer. */
export type OperationName =
  | 'power-off'
  | 'suspend'
  | 'turn-off'
  | 'restart-secondary'
  | 'test-failover';

export type Input =
  | { readonly type: 'manager.start' }
  | { readonly type: 'manager.protect'; readonly peer: Incarnation }
  | { readonly type: 'manager.replace-backup'; readonly peer: Incarnation }
  | { readonly type: 'manager.resume' }
  | { readonly type: `manager.${OperationName}` }
  | GuestInput
  | GuestOutput
  | { readonly type: 'guest.copied'; readonly position: Position; readonly state: Uint8Array }
  | { readonly type: 'guest.saved'; readonly result: 'done' | 'error' }
  | GuestLoaded
  | GuestApplied
  | { readonly type: 'guest.diverged'; readonly seq: Sequence; readonly position: Position }
  | ChannelOpened
  | ChannelArrived
  | { readonly type: 'channel.closed'; readonly connection: Connection }
  | { readonly type: 'datagram.arrived'; readonly message: Message }
  | ArbiterAnswered
  | { readonly type: 'arbiter.failed'; readonly nonce: Nonce }
  | DiskAnswered
  | { readonly type: 'clock.advanced'; readonly at: Instant };

export interface GuestInput {
  readonly type: 'guest.input';
  readonly position: Position;
  readonly kind: GuestInputKind;
  readonly data: Uint8Array;
}

export interface GuestOutput {
  readonly type: 'guest.output';
  readonly position: Position;
  readonly channel: Channel;
  readonly data: Uint8Array;
}

export interface GuestApplied {
  readonly type: 'guest.applied';
  readonly seq: Sequence;
  /** What the replaying guest itself made, where the entry is an output. */
  readonly output: { readonly channel: Channel; readonly data: Uint8Array } | null;
}

export interface GuestLoaded {
  readonly type: 'guest.loaded';
  readonly position: Position;
  readonly state: Uint8Array;
  readonly open: readonly OpenOperation[];
  readonly offsets: Offsets;
}

export interface ChannelOpened {
  readonly type: 'channel.opened';
  readonly connection: Connection;
  readonly peer: Incarnation;
}

export interface ChannelArrived {
  readonly type: 'channel.arrived';
  readonly connection: Connection;
  readonly message: Message;
}

export interface ArbiterAnswered {
  readonly type: 'arbiter.answered';
  readonly nonce: Nonce;
  readonly record: ArbiterRecord | null;
}

export interface DiskAnswered {
  readonly type: 'disk.answered';
  readonly operation: Operation;
  readonly result: DiskResult;
}
