// The rules of lag: what a backup says of its guest, when the owner's guest is slowed and by how much.
// Not the measuring: lag.ts. Spec: protocol.md, "Flow".

import type { Sequence } from '../../base/counters.ts';

export type LagStatus = 'gray' | 'green' | 'yellow' | 'red';

export interface FlowRules {
  /** What a backup says that its guest has consumed. */
  consumedUpto(at: { held: Sequence; applied: Sequence }): Sequence;
  /** The share of the guest once the lag was compared, K after it was last. Lag in nanoseconds. */
  shareAfter(at: { share: number; lag: bigint; lagMax: bigint }): number;
  /** The share of the guest once its pairing is over. */
  shareAlone(share: number): number;
  /** Is the guest held when its share is made smaller? */
  holdsSlowed(): boolean;
  /** Lag in nanoseconds; null where no pair runs. */
  lagStatus(lag: bigint | null): LagStatus;
}

export const standardFlowRules: FlowRules = {
  /** spec: flow.lag-in-acknowledgements */
  consumedUpto({ applied }) {
    return applied;
  },

  /** spec: flow.throttle-when-lagging, flow.throttle-given-back */
  shareAfter({ share, lag, lagMax }) {
    if (lag > lagMax) return Math.max(share - shareStep, shareMin);
    return Math.min(share + shareStep, fullShare);
  },

  /** spec: flow.throttle-given-back */
  shareAlone() {
    return fullShare;
  },

  /** spec: flow.throttle-only-processor-share */
  holdsSlowed() {
    return false;
  },

  /** spec: flow.lag-status */
  lagStatus(lag) {
    if (lag === null) return 'gray';
    if (lag <= greenMax) return 'green';
    return lag <= yellowMax ? 'yellow' : 'red';
  },
};

/** In percent of a processor. */
export const fullShare = 100;
const shareStep = 5;
const shareMin = 5;

const second = 1_000_000_000n;
const greenMax = 2n * second;
const yellowMax = 6n * second;
