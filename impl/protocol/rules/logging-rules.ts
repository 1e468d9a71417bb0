// The rules of the log: which entry is held, which acknowledgement counts, when the guest waits.
// Not the log: logging.ts. Spec: protocol.md, "Logging", "Flow", "Divergence".

import type { Connection, Epoch, Position, Sequence } from '../../base/counters.ts';
import type { Incarnation } from '../incarnation.ts';
import type { Acknowledge, Entry } from '../messages.ts';

/** The channel on which a message came, and what this node knows of the pairing. */
export interface Arrival {
  readonly connection: Connection;
  readonly pairing: {
    readonly vm: string;
    readonly epoch: Epoch;
    readonly connection: Connection;
    readonly peer: Incarnation;
  };
}

export interface EntryArrival extends Arrival {
  readonly entry: Entry;
  readonly held: Sequence;
  /** Position of the last entry held, or of the copy. */
  readonly position: Position;
  /** The last entry held ends the log. */
  readonly isEnded: boolean;
}

export interface AcknowledgeArrival extends Arrival {
  readonly acknowledge: Acknowledge;
  readonly acknowledged: Sequence;
  readonly sent: Sequence;
}

export interface LoggingRules {
  /** What a backup does with an entry. `repeat`: acknowledge what is held once more. */
  acceptEntry(arrival: EntryArrival): 'hold' | 'repeat' | 'fault' | 'ignore';
  /** What an acknowledgement names: everything held. */
  acknowledgedUpto(at: { held: Sequence; seq: Sequence }): Sequence;
  /** What an owner does with an acknowledgement. */
  acceptAcknowledge(arrival: AcknowledgeArrival): 'count' | 'fault' | 'ignore';
  /** Must the guest stop before the next operation that needs an entry? */
  isFull(at: { unacknowledged: bigint; entriesMax: bigint }): boolean;
  /** Does a backup whose guest contradicts the log stop? */
  stopsWhenDiverged(): boolean;
}

export const standardLoggingRules: LoggingRules = {
  /** spec: logging.acknowledge-held-entries, logging.undecodable-not-acknowledged,
   *  logging.consecutive-sequence */
  acceptEntry({ connection, pairing, entry, held, position, isEnded }) {
    const isOurs =
      connection === pairing.connection &&
      entry.vm === pairing.vm &&
      entry.epoch === pairing.epoch &&
      entry.from === pairing.peer;
    if (!isOurs) return 'ignore';
    if (entry.seq <= held) return 'repeat';
    const follows = entry.seq === held + 1n && entry.position >= position;
    return follows && !isEnded && entry.entry !== 'unknown' ? 'hold' : 'fault';
  },

  /** spec: logging.cumulative-acknowledgement */
  acknowledgedUpto({ held }) {
    return held;
  },

  /** spec: logging.cumulative-acknowledgement, logging.ignore-old-epoch,
   *  logging.acknowledgement-beyond-sent */
  acceptAcknowledge({ connection, pairing, acknowledge, acknowledged, sent }) {
    const isPeer =
      connection === pairing.connection &&
      acknowledge.vm === pairing.vm &&
      acknowledge.from === pairing.peer;
    if (!isPeer || acknowledge.epoch < pairing.epoch) return 'ignore';
    if (acknowledge.epoch > pairing.epoch || acknowledge.upto > sent) return 'fault';
    return acknowledge.upto > acknowledged ? 'count' : 'ignore';
  },

  /** spec: flow.stop-before-full */
  isFull({ unacknowledged, entriesMax }) {
    return unacknowledged >= entriesMax;
  },

  /** spec: divergence.stop-and-renounce */
  stopsWhenDiverged() {
    return true;
  },
};
