// The rules of suspicion, arbitration and takeover.
// Not the procedures: heartbeat.ts, arbitration.ts, failover.ts.
// Spec: protocol.md, "Arbitration", "Heartbeat", "Failover".

import { type Epoch, type Instant, type Sequence, toCounter } from '../../base/counters.ts';
import type { Periods } from '../config.ts';
import type { Incarnation } from '../incarnation.ts';
import type { Envelope } from '../messages.ts';
import { type ArbiterRecord, type Standing, standingOf } from '../record.ts';

/** When the peer was last heard on either path. */
export interface Watch {
  readonly datagramAt: Instant;
  readonly channelAt: Instant;
}

export interface FailoverRules {
  /** The instant from which a silent peer is suspected. */
  suspectedAt(watch: Watch, periods: Periods): Instant;
  /** Does this message show that the peer lives? */
  isAuthentic(message: Envelope, peer: Envelope): boolean;
  /** May this answer be believed, given the record last read and the epoch of the pairing? */
  isCurrent(at: {
    answer: ArbiterRecord | null;
    read: ArbiterRecord | null;
    pairedAt: Epoch;
  }): boolean;
  /** How the record that came back decides, whatever was proposed. */
  outcome(at: {
    record: ArbiterRecord | null;
    self: Incarnation;
    proposed: ArbiterRecord | null;
  }): Standing;
  /** Must the record be read, since the sender may know a newer one? */
  readsRecord(at: { epoch: Epoch; own: Epoch }): boolean;
  /** May a backup go live? It has read `record`, or null. */
  mayGoLive(record: ArbiterRecord | null, self: Incarnation): boolean;
  /** Must an owner stop that reads a record in which it has this standing? */
  mustHalt(standing: Standing): boolean;
  /** Does a new owner fence the disk before its guest runs? */
  fencesFirst(): boolean;
  /** Does an owner that goes on elsewhere announce the address? */
  announces(): boolean;
  /** Is the log consumed as far as going live demands? */
  isConsumed(at: { held: Sequence; applied: Sequence }): boolean;
}

export const standardFailoverRules: FailoverRules = {
  /** spec: heartbeat.suspect-on-silence */
  suspectedAt(watch, { beatTimeout, channelTimeout }) {
    const datagram = watch.datagramAt + beatTimeout;
    const channel = watch.channelAt + channelTimeout;
    return toCounter<Instant>(datagram < channel ? datagram : channel);
  },

  /** spec: heartbeat.identified-beats */
  isAuthentic(message, peer) {
    return message.vm === peer.vm && message.epoch === peer.epoch && message.from === peer.from;
  },

  /** spec: arbitration.older-version-is-unreachable */
  isCurrent({ answer, read, pairedAt }) {
    if (answer === null) return read === null && pairedAt === 0n;
    const isLater = read === null || (answer.version >= read.version && answer.epoch >= read.epoch);
    return isLater && answer.epoch >= pairedAt;
  },

  /** spec: arbitration.outcome-by-reading */
  outcome({ record, self }) {
    return standingOf(record, self);
  },

  /** spec: arbitration.higher-epoch-reads-record */
  readsRecord({ epoch, own }) {
    return epoch > own;
  },

  /** spec: failover.promoted-after-record, heartbeat.suspicion-is-not-live */
  mayGoLive(record, self) {
    return standingOf(record, self) === 'owner-alone';
  },

  /** spec: failover.loser-halts */
  mustHalt(standing) {
    return !standing.startsWith('owner-');
  },

  /** spec: failover.fence-before-live, storage.new-owner-fences */
  fencesFirst() {
    return true;
  },

  /** spec: failover.announce-address */
  announces() {
    return true;
  },

  /** spec: failover.consume-before-live */
  isConsumed({ held, applied }) {
    return applied === held;
  },
};
