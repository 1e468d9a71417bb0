// What an observer knows of the lag of a node's backup and of the share of its guest. It only holds it: advance-flow.ts
// brings it up to date. Spec: protocol.md, "Flow".

export interface FlowView {
  /** When each entry that is not consumed was sent, by sequence. */
  readonly sentAt: Map<bigint, bigint>;
  /** The last entry that the backup said it has consumed. */
  consumed: bigint;
  /** When the entry was sent with which nothing had been left to consume. */
  busySince: bigint;
  /** The epoch of these. */
  epoch: string;
  /** Of the guest, in percent: what was said last, and in which epoch. */
  share: number;
  shareEpoch: string;
  /** When the share was last changed. */
  changedAt: bigint | undefined;
  /** What follows from an `alive` that was sent on K, as long as it was not done. */
  due: 'less' | 'more' | undefined;
}

export const createFlowView = (): FlowView => ({
  sentAt: new Map(),
  consumed: 0n,
  busySince: 0n,
  epoch: '0',
  share: fullShare,
  shareEpoch: '0',
  changedAt: undefined,
  due: undefined,
});

/** In percent. */
export const fullShare = 100;
export const shareMin = 5;
