// What a world did to those who live in it, by kind: a fault counts when it hits something, not when it is begun.
// Spec: conformance.md, "Faults".

export const faultKinds = [
  'host-killed',
  'host-restarted',
  'host-stalled',
  'path-cut',
  'path-cut-one-way',
  'message-held-back',
  'channel-torn',
  'channel-half-open',
  'datagram-lost',
  'datagram-doubled',
  'datagram-late',
  'arbiter-unreachable',
  'arbiter-reply-lost',
  'arbiter-late',
  'disk-error',
  'disk-late',
  'write-fenced',
] as const;
export type FaultKind = (typeof faultKinds)[number];

export type FaultCounts = Readonly<Record<FaultKind, number>>;

export interface Tally {
  count(kind: FaultKind): void;
  counts(): FaultCounts;
}

export function createTally(): Tally {
  const counts = { ...noFaults };
  return {
    count(kind) {
      counts[kind] += 1;
    },
    counts: () => ({ ...counts }),
  };
}

export const noFaults: FaultCounts = {
  'host-killed': 0,
  'host-restarted': 0,
  'host-stalled': 0,
  'path-cut': 0,
  'path-cut-one-way': 0,
  'message-held-back': 0,
  'channel-torn': 0,
  'channel-half-open': 0,
  'datagram-lost': 0,
  'datagram-doubled': 0,
  'datagram-late': 0,
  'arbiter-unreachable': 0,
  'arbiter-reply-lost': 0,
  'arbiter-late': 0,
  'disk-error': 0,
  'disk-late': 0,
  'write-fenced': 0,
};

export function sumFaults(list: readonly FaultCounts[]): FaultCounts {
  const sum = { ...noFaults };
  for (const counts of list) for (const kind of faultKinds) sum[kind] += counts[kind];
  return sum;
}
