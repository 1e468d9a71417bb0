// The rules of output: when it may leave, and what is emitted again after a takeover.
// Not the queue that obeys them: gate.ts. Spec: protocol.md, "Output", "Storage", "Devices".

import { type Operation, type Sequence, type Token, toCounter } from '../../base/counters.ts';
import type { NetworkProfile } from '../config.ts';
import type { Channel, DiskResult } from '../inputs.ts';
import type { ArbiterRecord } from '../record.ts';

/** Where outputs wait. A node that is not a live owner has no gate: it is shut. */
export type Gate =
  | { readonly position: 'open' }
  | { readonly position: 'acked'; readonly closedAt: Sequence }
  | { readonly position: 'shut' };

/** What became of a disk operation on this host. */
export type OperationCondition = 'held' | 'issued' | 'answered';

export interface OutputRules {
  /** May the output numbered `seq` leave, given what the recorded backup has acknowledged? */
  mayIssue(at: { gate: Gate; seq: Sequence; acknowledged: Sequence }): boolean;
  /** The gate after the peer is suspected. */
  gateAfterSuspicion(gate: Gate): Gate;
  /** The gate when the backup is ready and `sent` is the last sequence assigned. */
  gateAfterReady(sent: Sequence): Gate;
  /** The highest sequence such that every output up to it has left this host. */
  watermark(at: { sent: Sequence; firstHeld: Sequence | null }): Sequence;
  /** Does a replaying node emit what its guest makes? */
  emitsInReplay(): boolean;
  /** Is a replayed output emitted when its node goes live? */
  emitsAfterTakeover(at: {
    channel: Exclude<Channel, 'disk'>;
    seq: Sequence;
    watermark: Sequence;
    network: NetworkProfile;
  }): boolean;
  /** Which of the operations open in the device state are issued again at takeover? */
  reissues(open: readonly Operation[]): readonly Operation[];
  /** The token that the owner's writes and its fence carry. */
  token(record: ArbiterRecord): Token;
  /** What an answer of the disk leads to. */
  diskAnswer(at: {
    condition: OperationCondition;
    result: DiskResult;
  }): 'complete' | 'read-record' | 'ignore';
}

export const standardOutputRules: OutputRules = {
  /** spec: output.hold-until-acknowledged, output.release-exactly-acknowledged */
  mayIssue({ gate, seq, acknowledged }) {
    if (gate.position === 'shut') return false;
    return gate.position === 'open' || seq <= gate.closedAt || seq <= acknowledged;
  },

  /** spec: output.suspicion-keeps-gate */
  gateAfterSuspicion(gate) {
    return gate;
  },

  /** spec: pairing.drain-before-protect */
  gateAfterReady(sent) {
    return { position: 'acked', closedAt: sent };
  },

  /** spec: logging.issued-watermark */
  watermark({ sent, firstHeld }) {
    return firstHeld === null ? sent : toCounter<Sequence>(firstHeld - 1n);
  },

  /** spec: output.silent-in-replay */
  emitsInReplay() {
    return false;
  },

  /** spec: output.reissue-after-takeover */
  emitsAfterTakeover({ channel, seq, watermark, network }) {
    return seq > watermark && (channel === 'console' || network === 'at-least-once');
  },

  /** spec: failover.reissue-open-operations */
  reissues(open) {
    return open;
  },

  /** spec: storage.write-carries-token */
  token(record) {
    return record.token;
  },

  /** spec: device.completion-exactly-once, storage.fenced-reads-record */
  diskAnswer({ condition, result }) {
    if (condition !== 'issued') return 'ignore';
    return result === 'fenced' ? 'read-record' : 'complete';
  },
};
