// The values of a recorded trace as they stand in its lines: counters as decimal strings, bytes as base64.
// Types only: model/cli/refine checks a line against the schema before it is one of these.
// Spec: conformance, "Recorded traces"; protocol, "Inputs", "Effects", "Messages".

import type {
  Channel,
  DiskResult,
  EntryKind,
  FtState,
  GuestEntryKind,
  Incarnation,
  Phase,
  RefusalCode,
} from '../vocabulary.ts';

/** A 64-bit unsigned integer. */
export type Counter = string;
/** Base64 with padding. */
export type Bytes = string;
/** Nanoseconds. */
export type Instant = string;
/** An object without fields. */
type Empty = Readonly<{ [key: string]: never }>;

export interface TraceRecord {
  readonly vm: string;
  readonly version: Counter;
  readonly epoch: Counter;
  readonly phase: Phase;
  readonly owner: Incarnation | null;
  readonly backup: Incarnation | null;
  readonly token: Counter;
  readonly base: Counter;
  readonly reason: string;
}

export interface TraceOffsets {
  readonly network: Counter;
  readonly console: Counter;
  readonly disk: Counter;
}

/** A `power-off` is not for the guest. */
export interface TraceEntry {
  readonly seq: Counter;
  readonly position: Counter;
  readonly kind: Exclude<EntryKind, 'power-off'>;
  readonly data: Bytes;
}

/** A disk operation that the guest has begun and whose completion it has not taken. */
export interface TraceOperation {
  readonly operation: Counter;
  readonly data: Bytes;
}

interface TraceEnvelope {
  readonly vm: string;
  readonly epoch: Counter;
  readonly from: Incarnation;
}
export type TraceMessage = TraceEnvelope &
  (
    | {
        readonly kind: 'hello';
        readonly to: Incarnation;
        readonly connection: Counter;
        readonly next: Counter;
        readonly replaces?: Counter;
        readonly configuration: Bytes;
      }
    | { readonly kind: 'welcome'; readonly next: Counter }
    | { readonly kind: 'refuse'; readonly code: RefusalCode }
    | {
        readonly kind: 'copy';
        readonly position: Counter;
        readonly state: Bytes;
        readonly open: readonly TraceOperation[];
        readonly offsets: TraceOffsets;
      }
    | { readonly kind: 'ready' }
    | {
        readonly kind: 'entry';
        readonly seq: Counter;
        readonly position: Counter;
        /** One of `EntryKind`, or a kind of a later revision. */
        readonly entry: string;
        readonly data: Bytes;
        readonly watermark: Counter;
      }
    | { readonly kind: 'acknowledge'; readonly upto: Counter; readonly applied: Counter }
    | {
        readonly kind: 'alive';
        readonly seq: Counter;
        readonly watermark: Counter;
        readonly applied: Counter;
      }
    | { readonly kind: 'diverged'; readonly seq: Counter }
    | { readonly kind: 'beat'; readonly number: Counter }
  );

export type TraceInput =
  | { readonly type: 'manager.start' }
  | { readonly type: 'manager.protect'; readonly peer: Incarnation }
  | { readonly type: 'manager.power-off' }
  | { readonly type: 'manager.suspend' }
  | { readonly type: 'manager.resume' }
  | { readonly type: 'manager.turn-off' }
  | { readonly type: 'manager.restart-secondary' }
  | { readonly type: 'manager.test-failover' }
  | { readonly type: 'manager.replace-backup'; readonly peer: Incarnation }
  | {
      readonly type: 'guest.input';
      readonly position: Counter;
      readonly kind: Exclude<GuestEntryKind, 'output'>;
      readonly data: Bytes;
    }
  | {
      readonly type: 'guest.output';
      readonly position: Counter;
      readonly channel: Channel;
      readonly data: Bytes;
    }
  | { readonly type: 'guest.copied'; readonly position: Counter; readonly state: Bytes }
  | { readonly type: 'guest.saved'; readonly result: 'done' | 'error' }
  | {
      readonly type: 'guest.loaded';
      readonly position: Counter;
      readonly state: Bytes;
      readonly open: readonly TraceOperation[];
      readonly offsets: TraceOffsets;
    }
  | {
      readonly type: 'guest.applied';
      readonly seq: Counter;
      readonly output?: { readonly channel: Channel; readonly data: Bytes };
    }
  | { readonly type: 'guest.diverged'; readonly seq: Counter; readonly position: Counter }
  | { readonly type: 'channel.opened'; readonly connection: Counter; readonly peer: Incarnation }
  | {
      readonly type: 'channel.arrived';
      readonly connection: Counter;
      readonly message: TraceMessage;
    }
  | { readonly type: 'channel.closed'; readonly connection: Counter }
  | { readonly type: 'datagram.arrived'; readonly message: TraceMessage }
  | {
      readonly type: 'arbiter.answered';
      readonly nonce: Counter;
      readonly record: TraceRecord | null;
    }
  | { readonly type: 'arbiter.failed'; readonly nonce: Counter }
  | { readonly type: 'disk.answered'; readonly operation: Counter; readonly result: DiskResult }
  | { readonly type: 'clock.advanced'; readonly at: Instant };
export type TraceInputType = TraceInput['type'];
export type TraceInputOf<T extends TraceInputType> = Extract<TraceInput, { type: T }>;

export type TraceEffect =
  | { readonly type: 'channel.open'; readonly peer: Incarnation; readonly connection: Counter }
  | { readonly type: 'channel.close'; readonly connection: Counter }
  | {
      readonly type: 'channel.send';
      readonly connection: Counter;
      readonly message: TraceMessage;
    }
  | { readonly type: 'datagram.send'; readonly to: Incarnation; readonly message: TraceMessage }
  | {
      readonly type: 'arbiter.request';
      readonly nonce: Counter;
      readonly action:
        | { readonly read: Empty }
        | { readonly swap: { readonly version: Counter; readonly record: TraceRecord } };
    }
  | {
      readonly type: 'disk.request';
      readonly operation: Counter;
      readonly token: Counter;
      readonly action: { readonly fence: Empty } | { readonly write: { readonly data: Bytes } };
    }
  | {
      readonly type: 'output.emit';
      readonly channel: Exclude<Channel, 'disk'>;
      readonly offset: Counter;
      readonly data: Bytes;
    }
  | { readonly type: 'address.announce' }
  | { readonly type: 'guest.run' }
  | { readonly type: 'guest.hold' }
  | { readonly type: 'guest.throttle'; readonly share: number }
  | { readonly type: 'guest.copy' }
  | { readonly type: 'guest.restore'; readonly position: Counter; readonly state: Bytes }
  | { readonly type: 'guest.apply'; readonly entry: TraceEntry }
  | {
      readonly type: 'guest.complete';
      readonly operation: Counter;
      readonly result: Exclude<DiskResult, 'fenced'>;
    }
  | {
      readonly type: 'guest.save';
      readonly token: Counter;
      readonly open: readonly TraceOperation[];
      readonly offsets: TraceOffsets;
    }
  | { readonly type: 'guest.load'; readonly token: Counter }
  | { readonly type: 'guest.halt'; readonly reason: string }
  | { readonly type: 'report'; readonly state: FtState; readonly reason: string };

/** Inputs that a trace may leave out, and that acceptance then searches for. */
export const omissible = [
  'clock.advanced',
  'guest.applied',
  'guest.diverged',
  'guest.saved',
  'channel.opened',
  'channel.closed',
  'datagram.arrived',
  'disk.answered',
] as const satisfies readonly TraceInputType[];
export type Omissible = (typeof omissible)[number];

export interface TraceHeader {
  readonly format: 'lockstep-trace/1';
  /** Of the clauses: `spec/requirements/revision.yaml`. */
  readonly revision: string;
  readonly vm: string;
  readonly nodes: readonly TraceNode[];
  readonly parameters: {
    readonly entriesMax: Counter;
    readonly network: 'at-least-once' | 'may-be-lost';
    /** Absent: a closed channel is not opened again. */
    readonly reconnect?: boolean;
    /** The configuration digest; absent: not known. */
    readonly configuration?: Bytes;
  };
  readonly from: 'start' | 'anywhere';
  readonly omitted: readonly Omissible[];
}

export interface TraceNode {
  readonly node: string;
  readonly incarnation: Incarnation;
}
export interface TraceGiven {
  readonly node: string;
  readonly at?: Instant;
  readonly input: TraceInput;
}
export interface TraceDone {
  readonly node: string;
  readonly effects: readonly TraceEffect[];
  readonly refused?: string;
}
/** A node that begins here; what a node is given; what it did with it. */
export type TraceLine = TraceNode | TraceGiven | TraceDone;

/** What acceptance must know of bytes. The model computes no digest: who reads the trace does. */
export interface BytesReader {
  /** Size, and the first eight bytes of SHA-256 as text. */
  digest(bytes: Bytes): { readonly size: number; readonly check: string };
  /** The payload of an `output` entry; null where it is none. */
  output(bytes: Bytes): OutputPayload | null;
  /** The operation that the data of a `completion` begin with; null where they do not. */
  operation(bytes: Bytes): number | null;
}
export interface OutputPayload {
  readonly channel: Channel;
  /** Offset in bytes; of the disk, the operation. */
  readonly place: number;
  readonly size: number;
  readonly check: string;
}
