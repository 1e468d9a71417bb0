// The rules by which a running pair gets another channel in the same epoch.
// Not the procedure: reconnecting.ts. Spec: protocol.md, "Reconnecting".

import type { Connection, Sequence } from '../../base/counters.ts';
import { hostOf } from '../incarnation.ts';
import type { RefuseCode } from '../messages.ts';
import type { Gate } from './output-rules.ts';
import { type HelloArrival, isEqual } from './pairing-rules.ts';

export interface ReconnectRules {
  /** Is a closed channel silence, and no suspicion at once? */
  bearsClosing(at: { isRunning: boolean }): boolean;
  /** The gate after a channel closed that may come back. */
  gateAfterClosing(gate: Gate): Gate;
  /** Is an entry kept until it is acknowledged? */
  keepsEntry(at: { isSent: boolean }): boolean;
  /** The code by which a hello of the present epoch is refused for what it says, or null. */
  refuseGreeting(arrival: Omit<HelloArrival, 'isFree' | 'epochSeen'>): RefuseCode | null;
  /** Does a backup still consume what comes? */
  isFollowing(at: { isReady: boolean; hasDiverged: boolean }): boolean;
  /** Does a backup resolve something before it follows on a new connection? */
  mustArbitrateFirst(at: { isSwapping: boolean; isLost: boolean }): boolean;
  /** Does the owner keep what the backup wants next? */
  isKept(at: { next: Sequence; held: Sequence }): boolean;
  /** Is the connection of a hello later than the one that the pairing has? */
  isLater(at: { connection: Connection; before: Connection }): boolean;
  /** Does a backup close the connection that a newer one replaces? */
  closesOlder(): boolean;
  /** May an owner go on where the backup wants `next`? */
  mayResume(at: { next: Sequence; acknowledged: Sequence; sent: Sequence }): boolean;
  /** Up to where that acknowledges. */
  acknowledgedByNext(at: { next: Sequence; acknowledged: Sequence }): bigint;
  /** The first entry that is sent again. */
  resumesAt(at: { next: Sequence; sent: Sequence }): bigint;
}

export const standardReconnectRules: ReconnectRules = {
  /** spec: pairing.closed-channel-is-silence */
  bearsClosing({ isRunning }) {
    return isRunning;
  },

  /** spec: logging.reconnect-keeps-held */
  gateAfterClosing(gate) {
    return gate;
  },

  /** spec: logging.keep-unacknowledged */
  keepsEntry() {
    return true;
  },

  /** spec: pairing.hello-checks */
  refuseGreeting({ hello, connection, self, vm, configuration }) {
    if (hello.vm !== vm) return 'wrong-vm';
    if (hello.to !== self) return 'wrong-incarnation';
    if (hostOf(hello.from) === hostOf(self)) return 'same-host';
    if (hello.connection !== connection) return 'wrong-connection';
    return isEqual(hello.configuration, configuration) ? null : 'configuration';
  },

  /** spec: pairing.sealed-refuses */
  isFollowing({ isReady, hasDiverged }) {
    return isReady && !hasDiverged;
  },

  /** spec: pairing.arbitrating-answer */
  mustArbitrateFirst({ isSwapping, isLost }) {
    return isSwapping || isLost;
  },

  /** spec: logging.resume-not-kept */
  isKept({ next, held }) {
    return next <= held + 1n;
  },

  /** spec: pairing.hello-connection-number */
  isLater({ connection, before }) {
    return connection > before;
  },

  /** spec: pairing.newer-connection-replaces */
  closesOlder() {
    return true;
  },

  /** spec: logging.resume-below-acknowledged, logging.resume-beyond-sent */
  mayResume({ next, acknowledged, sent }) {
    return next > acknowledged && next <= sent + 1n;
  },

  /** spec: logging.resume-acknowledges */
  acknowledgedByNext({ next }) {
    return next - 1n;
  },

  /** spec: logging.resume-at-next */
  resumesAt({ next }) {
    return next;
  },
};
