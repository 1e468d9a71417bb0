// The rules of the manager's operations: which is refused, what ends the machine, what lets it run
// again. Not the procedures: lifecycle.ts. Spec: protocol.md, "Lifecycle".

import type { Sequence } from '../../base/counters.ts';
import type { Incarnation } from '../incarnation.ts';
import type { OperationName, RefusalCode } from '../inputs.ts';
import { type ArbiterRecord, standingOf } from '../record.ts';
import type { Gate, OperationCondition } from './output-rules.ts';

type Phase = ArbiterRecord['phase'];

export interface LifecycleRules {
  /** Why a live owner with no operation under way refuses this one, or null. */
  refuseOperation(at: {
    operation: OperationName | 'replace-backup';
    phase: Phase;
    /** A backup joins, or T3 is unresolved. */
    isJoining: boolean;
    /** Nothing is outstanding at the arbiter and the backup is not suspected. */
    isCalm: boolean;
  }): RefusalCode | null;
  /** The gate once the machine is to be switched off. */
  gateAtPowerOff(gate: Gate): Gate;
  /** Is a backup told of the power-off by an entry? */
  logsPowerOff(): boolean;
  /** Is the operation over, by the record last read? */
  isEnded(at: { operation: 'power-off' | 'suspend'; phase: Phase }): boolean;
  /** Does a backup that holds `power-off` ask T9 in the place of T6? */
  finishesPowerOff(): boolean;
  /** Does `power-off` end what a guest may ever consume, also after a T6 that was won? */
  endsReplay(): boolean;
  /** May the image be made, or the guest be copied to a replacement? */
  isSettled(at: {
    operation: 'suspend' | 'replace-backup';
    sent: Sequence;
    acknowledged: Sequence;
    waiting: number;
    operations: readonly OperationCondition[];
  }): boolean;
  /** May a suspended image run here? */
  mayRunImage(record: ArbiterRecord | null, self: Incarnation): boolean;
  /** Is there no backup any more that could go live? */
  isUnpaired(phase: Phase): boolean;
  /** Is the guest held before `yield` is sent? */
  stopsBeforeYield(): boolean;
  /** Does a backup that consumed `yield` take over without suspicion? */
  obeysYield(): boolean;
  /** May an owner that yielded let its guest run again? */
  mayTakeBack(record: ArbiterRecord | null, self: Incarnation): boolean;
}

export const standardLifecycleRules: LifecycleRules = {
  /** spec: lifecycle.power-off-never-refused, lifecycle.turn-off-refused-while-joining,
   *  lifecycle.test-failover-needs-running, lifecycle.backup-migration-replaces */
  refuseOperation({ operation, phase, isJoining, isCalm }) {
    switch (operation) {
      case 'power-off':
        return null;
      case 'suspend':
      case 'turn-off':
        return isJoining ? 'joining' : null;
      case 'restart-secondary':
        if (isJoining) return 'joining';
        return phase === 'protected' ? null : 'not-protected';
      case 'test-failover':
      case 'replace-backup':
        return phase === 'protected' && isCalm ? null : 'not-protected';
    }
  },

  /** spec: lifecycle.power-off-stops-first */
  gateAtPowerOff() {
    return { position: 'shut' };
  },

  /** spec: lifecycle.power-off-logged */
  logsPowerOff() {
    return true;
  },

  /** spec: lifecycle.power-off-recorded, lifecycle.suspend-recorded */
  isEnded({ operation, phase }) {
    return phase === (operation === 'power-off' ? 'off' : 'suspended');
  },

  /** spec: lifecycle.power-off-finished-by-backup */
  finishesPowerOff() {
    return true;
  },

  /** spec: lifecycle.power-off-entry-ends-replay */
  endsReplay() {
    return true;
  },

  /** spec: lifecycle.suspend-settles-outputs, lifecycle.backup-migration-quiesces */
  isSettled({ sent, acknowledged, waiting, operations }) {
    const isAnswered = operations.every((condition) => condition === 'answered');
    return acknowledged === sent && waiting === 0 && isAnswered;
  },

  /** spec: lifecycle.resume-by-record */
  mayRunImage(record, self) {
    return standingOf(record, self) === 'owner-alone';
  },

  /** spec: lifecycle.turn-off-removes-eligibility */
  isUnpaired(phase) {
    return phase === 'alone';
  },

  /** spec: failover.stop-before-yield */
  stopsBeforeYield() {
    return true;
  },

  /** spec: failover.yield-needs-no-timeout */
  obeysYield() {
    return true;
  },

  /** spec: failover.yield-not-taken */
  mayTakeBack(record, self) {
    return standingOf(record, self) === 'owner-alone';
  },
};
