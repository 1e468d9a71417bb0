// The rules of pairing: who may be a backup, which hello is accepted, when protection is asked.
// Not the procedure: pairing.ts. Spec: protocol.md, "Pairing".

import type { Connection, Epoch, Sequence } from '../../base/counters.ts';
import { hostOf, type Incarnation } from '../incarnation.ts';
import type { Hello, RefuseCode } from '../messages.ts';

export interface HelloArrival {
  readonly hello: Hello;
  readonly connection: Connection;
  readonly self: Incarnation;
  readonly vm: string;
  readonly configuration: Uint8Array;
  /** Idle or halted: it may become a backup. */
  readonly isFree: boolean;
  readonly epochSeen: Epoch;
}

export interface PairingRules {
  /** May `peer` be the backup of `self`? */
  mayPair(self: Incarnation, peer: Incarnation): boolean;
  /** The code with which a hello is refused, or null where it is accepted. */
  refuseHello(arrival: HelloArrival): RefuseCode | null;
  /** May T4 be sent? `closedAt` is the last sequence assigned when the gate closed. */
  mayProtect(at: { closedAt: Sequence; acknowledged: Sequence }): boolean;
  /** May a backup that lost its channel discard itself without reading the record? */
  discardsUnread(at: { sentReady: boolean }): boolean;
}

export const standardPairingRules: PairingRules = {
  /** spec: pairing.distinct-hosts */
  mayPair(self, peer) {
    return hostOf(self) !== hostOf(peer);
  },

  /** spec: pairing.hello-checks */
  refuseHello({ hello, connection, self, vm, configuration, isFree, epochSeen }) {
    if (!isFree) return 'busy';
    if (hello.vm !== vm) return 'wrong-vm';
    if (hello.to !== self) return 'wrong-incarnation';
    if (hostOf(hello.from) === hostOf(self)) return 'same-host';
    if (hello.connection !== connection) return 'wrong-connection';
    // A log that begins elsewhere continues one which this node does not hold.
    if (hello.next !== 1n) return 'superseded';
    if (!isEqual(hello.configuration, configuration)) return 'configuration';
    // A replacement comes in the epoch that is, which its node may have read.
    const epochMin = hello.replaces === 0n ? epochSeen + 1n : epochSeen;
    return hello.epoch < epochMin ? 'superseded' : null;
  },

  /** spec: pairing.drain-before-protect */
  mayProtect({ closedAt, acknowledged }) {
    return acknowledged >= closedAt;
  },

  /** spec: failover.read-before-discard */
  discardsUnread({ sentReady }) {
    return !sentReady;
  },
};

export function isEqual(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, index) => byte === right[index]);
}
