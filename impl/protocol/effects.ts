// What a node asks of its shell: the closed union of its effects.
// Not carried out here. The shell carries a list out in its order: an emission listed before a
// message has happened before that message is sent.
// Spec: protocol.md, "Effects".

import type {
  Connection,
  Nonce,
  Offset,
  Operation,
  Position,
  Sequence,
  Token,
  Version,
} from '../base/counters.ts';
import type { Incarnation } from './incarnation.ts';
import type { Channel, DiskResult } from './inputs.ts';
import type { GuestEntryKind, Message, Offsets, OpenOperation } from './messages.ts';
import type { ArbiterRecord } from './record.ts';

export type ArbiterAction =
  | { readonly type: 'read' }
  | { readonly type: 'swap'; readonly version: Version; readonly record: ArbiterRecord };

export type DiskAction =
  | { readonly type: 'fence' }
  | { readonly type: 'write'; readonly data: Uint8Array };

/** What the replaying guest is told to consume. */
export interface ReplayEntry {
  readonly seq: Sequence;
  readonly position: Position;
  readonly kind: GuestEntryKind | 'yield';
  readonly data: Uint8Array;
}

export type ReportedState =
  | 'notConfigured'
  | 'enabled'
  | 'needSecondary'
  | 'starting'
  | 'running'
  | 'halted';

export type EmittingChannel = Exclude<Channel, 'disk'>;

export type Effect =
  | {
      readonly type: 'channel.open';
      readonly peer: Incarnation;
      readonly connection: Connection;
    }
  | { readonly type: 'channel.close'; readonly connection: Connection }
  | {
      readonly type: 'channel.send';
      readonly connection: Connection;
      readonly message: Message;
    }
  | { readonly type: 'datagram.send'; readonly to: Incarnation; readonly message: Message }
  | { readonly type: 'arbiter.request'; readonly nonce: Nonce; readonly action: ArbiterAction }
  | {
      readonly type: 'disk.request';
      readonly operation: Operation;
      readonly token: Token;
      readonly action: DiskAction;
    }
  | {
      readonly type: 'output.emit';
      readonly channel: EmittingChannel;
      readonly offset: Offset;
      readonly data: Uint8Array;
    }
  | { readonly type: 'address.announce' }
  | { readonly type: 'guest.run' }
  | { readonly type: 'guest.hold' }
  /** From now on, in percent of a processor: 5 to 100. */
  | { readonly type: 'guest.throttle'; readonly share: number }
  | { readonly type: 'guest.copy' }
  | { readonly type: 'guest.restore'; readonly position: Position; readonly state: Uint8Array }
  | { readonly type: 'guest.apply'; readonly entry: ReplayEntry }
  | {
      readonly type: 'guest.complete';
      readonly operation: Operation;
      readonly result: Exclude<DiskResult, 'fenced'>;
    }
  | {
      readonly type: 'guest.save';
      readonly token: Token;
      readonly open: readonly OpenOperation[];
      readonly offsets: Offsets;
    }
  | { readonly type: 'guest.load'; readonly token: Token }
  | { readonly type: 'guest.halt'; readonly reason: string }
  | { readonly type: 'report'; readonly state: ReportedState; readonly reason: string };
