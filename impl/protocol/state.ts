// The state of one node: immutable values, one closed union of roles.
// Not its behaviour: node.ts dispatches, the files named after the chapters decide.
// Spec: protocol.md.

import type {
  Connection,
  Epoch,
  Instant,
  Nonce,
  Offset,
  Operation,
  Position,
  Sequence,
  Token,
  Version,
} from '../base/counters.ts';
import type { Config } from './config.ts';
import type { EmittingChannel, ReportedState } from './effects.ts';
import type { Incarnation } from './incarnation.ts';
import type { EndingKind, EntryKind, Offsets } from './messages.ts';
import type { ArbiterRecord } from './record.ts';
import type { Watch } from './rules/failover-rules.ts';
import type { Gate, OperationCondition } from './rules/output-rules.ts';
import type { Rules } from './rules/rules.ts';

export interface NodeState {
  readonly config: Config;
  readonly rules: Rules;
  readonly now: Instant;
  readonly role: Role;
  readonly guest: GuestCondition;
  /** What was last reported. */
  readonly reported: ReportedState;
  /** The record last read. */
  readonly record: ArbiterRecord | null;
  /** The highest epoch in a record read or a hello accepted. */
  readonly epochSeen: Epoch;
  /** The last nonce used. */
  readonly nonce: Nonce;
  /** The highest connection used or seen. */
  readonly connectionSeen: Connection;
  readonly request: Request | null;
  /** Something happened that only a read of the record explains. */
  readonly readWanted: boolean;
}

export type GuestCondition = 'none' | 'running' | 'held' | 'replaying' | 'halted';

export type Role =
  | { readonly kind: 'idle' }
  /** T2, or T11, is unresolved. */
  | { readonly kind: 'starting'; readonly from: Origin }
  /** T2 or T11 is won; the disk is being fenced, then the image loaded. */
  | { readonly kind: 'powering'; readonly from: Origin; readonly fence: Fence }
  | Owner
  | Backup
  /** T6 is won; fencing and consuming. */
  | { readonly kind: 'promoted'; readonly replay: Replay; readonly fence: Fence }
  /** T12 is unresolved; the guest never runs again. */
  | { readonly kind: 'ended'; readonly reason: 'diverged' | 'power-off' }
  | { readonly kind: 'halted' };

/** What a machine that starts here begins with. */
export type Origin =
  | { readonly kind: 'boot' }
  /** The token under which it was saved: that of the record read as suspended; null before. */
  | { readonly kind: 'image'; readonly token: Token | null };

export type RequestKind =
  | 'read'
  | 'power-on'
  | 'join'
  | 'protect'
  | 'give-up'
  | 'take-over'
  | 'go-alone'
  | 'replace'
  | 'touch'
  | 'renounce'
  | 'power-off'
  | 'suspend'
  | 'resume'
  | 'end';

/** The one request to the arbiter that is not resolved. */
export interface Request {
  readonly kind: RequestKind;
  readonly nonce: Nonce;
  readonly proposed: ArbiterRecord | null;
  /** False once the arbiter failed it: then no answer to this nonce counts. */
  readonly isOutstanding: boolean;
  readonly retryAt: Instant;
}

export type Fence =
  | { readonly condition: 'asked' }
  | { readonly condition: 'failed'; readonly retryAt: Instant }
  | { readonly condition: 'done' };

/** One side of a pairing: the channel, the beats, and what is known of the other side. */
export interface Link {
  readonly peer: Incarnation;
  readonly epoch: Epoch;
  readonly connection: Connection;
  readonly isOpen: boolean;
  /** When the next beat is due; null before hello. */
  readonly beatAt: Instant | null;
  readonly beats: bigint;
  /** When the next `alive` is due; null before welcome. */
  readonly aliveAt: Instant | null;
  /** Null while the peer is not watched. */
  readonly watch: Watch | null;
  readonly suspicion: Suspicion | null;
}

export interface Suspicion {
  readonly cause: 'silence' | 'closed' | 'diverged';
}

export interface Owner {
  readonly kind: 'owner';
  readonly gate: Gate;
  /** Null while nothing is recorded. */
  readonly log: Log | null;
  /** Outputs held at the gate, by sequence. Bounded by entriesMax. */
  readonly waiting: readonly Output[];
  readonly offsets: Offsets;
  readonly operations: readonly OperationState[];
  /** Told by the manager, and not yet read as `joining`. */
  readonly protectWanted: Incarnation | null;
  readonly pairing: Pairing | null;
  /** Of a processor, for the guest, in percent. */
  readonly share: number;
  /** The version of the record in which a replacement that was given up still waits; null where none does. */
  readonly waitedFor: Version | null;
  /** The manager's operation under way. */
  readonly task: Task | null;
}

/** An operation of the manager from its start to its end. */
export type Task =
  /** `isLogged`: the backup was sent the entry. */
  | { readonly kind: 'power-off'; readonly isLogged: boolean }
  | { readonly kind: 'suspend'; readonly stage: 'settling' | 'saving' | 'saved' | 'asked' }
  | { readonly kind: 'turn-off' | 'restart-secondary' }
  | { readonly kind: 'test-failover'; readonly deadline: Instant; readonly isExpired: boolean }
  | Replacing;

/** The way of a backup's replacement, seen from the owner, whose guest is held meanwhile. */
export interface Replacing {
  readonly kind: 'replace-backup';
  readonly peer: Incarnation;
  /** `welcoming`: the record names the replacement, and its `welcome` in the new epoch is to come. */
  readonly stage:
    | 'settling'
    | 'opening'
    | 'greeting'
    | 'copying'
    | 'synchronising'
    | 'ready'
    | 'welcoming';
  /** The connection to the peer; null before it is opened. */
  readonly connection: Connection | null;
  readonly isOpen: boolean;
  /** When an attempt that has not asked for T14 is given up; null before the connection is opened. */
  readonly deadline: Instant | null;
}

/** When an entry was numbered. */
export interface NumberedAt {
  readonly seq: Sequence;
  readonly at: Instant;
}

export interface Log {
  readonly sent: Sequence;
  readonly acknowledged: Sequence;
  /** The last entry that the backup said it has consumed. */
  readonly consumed: Sequence;
  /** When entries were numbered, by sequence; of some of those not consumed. Bounded by instantsMax. */
  readonly instants: readonly NumberedAt[];
  /** Position of the last entry, or of the copy. */
  readonly position: Position;
  /** The last entry that left on a channel: what was recorded without one has not. */
  readonly transmitted: Sequence;
  /** Entries that are not acknowledged, where they may be sent again. Bounded by entriesMax, and one that ends the log. */
  readonly kept: readonly HeldEntry[];
}

/** The connection that is to take the place of the one that closed, until its `welcome` comes. */
export interface Reopening {
  readonly connection: Connection;
  readonly isGreeted: boolean;
}

export interface Pairing {
  readonly link: Link;
  readonly stage: 'opening' | 'greeting' | 'copying' | 'synchronising' | 'ready';
  /** When a joining that has not asked for T4 is given up. */
  readonly deadline: Instant;
  /** Once set, T5 follows; the joining is over whatever comes. */
  readonly givenUp: boolean;
  /** G. Null before `ready`. */
  readonly closedAt: Sequence | null;
  readonly reopening: Reopening | null;
}

export type Output =
  | {
      readonly channel: EmittingChannel;
      readonly seq: Sequence;
      readonly offset: Offset;
      readonly data: Uint8Array;
    }
  | {
      readonly channel: 'disk';
      readonly seq: Sequence;
      readonly operation: Operation;
      readonly data: Uint8Array;
    };

/** A disk operation that the guest has begun and whose completion it has not taken. */
export interface OperationState {
  readonly operation: Operation;
  readonly data: Uint8Array;
  readonly condition: OperationCondition;
}

export interface Backup {
  readonly kind: 'backup';
  readonly link: Link;
  /** Null until the copy has come. */
  readonly replay: Replay | null;
  /** A read that decided nothing is repeated from here on; null where none did. */
  readonly readAgainAt: Instant | null;
  /** Null where it joined, and once the hello of its epoch is answered. */
  readonly replacement: Replacement | null;
}

/** What a backup is until the record names it in the place of another, and its owner has greeted it. */
export interface Replacement {
  /** The version of the record in which it is to replace the backup. */
  readonly replaces: Version;
  /** When it reads the record whatever came; null before `ready`. */
  readonly deadline: Instant | null;
  /** A hello of the next epoch came, to be answered once the record is read. */
  readonly isGreeted: boolean;
  /** The record was read that names it. */
  readonly isNamed: boolean;
}

/** An entry as its node keeps it until the guest has consumed it. */
export interface HeldEntry {
  readonly seq: Sequence;
  readonly position: Position;
  readonly kind: EntryKind;
  readonly data: Uint8Array;
}

/** A guest that follows a log, and what its node keeps of it. */
export interface Replay {
  readonly held: Sequence;
  readonly acknowledged: Sequence;
  readonly applied: Sequence;
  /** The highest watermark received. */
  readonly watermark: Sequence;
  /** Position of the last entry held, or of the copy. */
  readonly position: Position;
  /** Held and not consumed; the guest was given the first. */
  readonly backlog: readonly HeldEntry[];
  /** Replayed outputs above the watermark, with their bytes. */
  readonly outputs: readonly Output[];
  readonly offsets: Offsets;
  readonly operations: readonly OperationState[];
  readonly diverged: Sequence | null;
  /** The last entry held ends the log. */
  readonly ending: EndingKind | null;
}
