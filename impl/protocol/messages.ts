// What two agents say to each other, on the ordered channel and by datagram.
// Not their bytes: the shell encodes and decodes.
// Spec: protocol.md, "Messages".

import type {
  Connection,
  Epoch,
  Offset,
  Operation,
  Position,
  Sequence,
  Version,
} from '../base/counters.ts';
import type { Incarnation } from './incarnation.ts';

/** What a guest was given, or made. */
export type GuestEntryKind = 'input' | 'time-stamp' | 'timer' | 'completion' | 'output';

/** What ends a log: the owner's node writes it, and nothing follows. */
export type EndingKind = 'power-off' | 'yield';

export type EntryKind = GuestEntryKind | EndingKind;

export type RefuseCode =
  | 'same-host'
  | 'wrong-vm'
  | 'wrong-incarnation'
  | 'wrong-connection'
  | 'configuration'
  | 'busy'
  | 'arbitrating'
  | 'superseded';

export interface Envelope {
  readonly vm: string;
  readonly epoch: Epoch;
  readonly from: Incarnation;
}

/** How far each channel has come since power-on. */
export interface Offsets {
  /** Bytes. */
  readonly network: Offset;
  /** Bytes. */
  readonly console: Offset;
  /** Disk outputs, which number the operations. */
  readonly disk: Operation;
}

export interface OpenOperation {
  readonly operation: Operation;
  readonly data: Uint8Array;
}

export interface Hello extends Envelope {
  readonly kind: 'hello';
  readonly to: Incarnation;
  readonly connection: Connection;
  readonly next: Sequence;
  /** 0, or the version of the record in whose `protected` `to` is to replace the backup. */
  readonly replaces: Version;
  readonly configuration: Uint8Array;
}

export interface Welcome extends Envelope {
  readonly kind: 'welcome';
  readonly next: Sequence;
}

export interface Refuse extends Envelope {
  readonly kind: 'refuse';
  readonly code: RefuseCode;
}

export interface Copy extends Envelope {
  readonly kind: 'copy';
  readonly position: Position;
  readonly state: Uint8Array;
  readonly open: readonly OpenOperation[];
  readonly offsets: Offsets;
}

export interface Ready extends Envelope {
  readonly kind: 'ready';
}

/** One log entry. A decoder that does not know the entry's kind says `unknown`. */
export interface Entry extends Envelope {
  readonly kind: 'entry';
  readonly seq: Sequence;
  readonly position: Position;
  readonly entry: EntryKind | 'unknown';
  readonly data: Uint8Array;
  readonly watermark: Sequence;
}

export interface Acknowledge extends Envelope {
  readonly kind: 'acknowledge';
  readonly upto: Sequence;
  /** The last entry consumed. */
  readonly applied: Sequence;
}

export interface Alive extends Envelope {
  readonly kind: 'alive';
  readonly seq: Sequence;
  readonly watermark: Sequence;
  /** The last entry consumed; 0 of an owner. */
  readonly applied: Sequence;
}

export interface Diverged extends Envelope {
  readonly kind: 'diverged';
  readonly seq: Sequence;
}

export interface Beat extends Envelope {
  readonly kind: 'beat';
  readonly number: bigint;
}

/** A message of a later revision: it shows that its sender lives, and says nothing else. */
export interface UnknownMessage extends Envelope {
  readonly kind: 'unknown';
}

export type Message =
  | Hello
  | Welcome
  | Refuse
  | Copy
  | Ready
  | Entry
  | Acknowledge
  | Alive
  | Diverged
  | Beat
  | UnknownMessage;
