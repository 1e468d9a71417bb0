// What the ends of a node case's channels said last: their keep-alives say the same again. Of two channels one may lead
// to a backup, the other to its replacement; a pair that may get its channel back goes on with what it had said.
// Spec: conformance.md, "Time".

import type { CaseMessage } from '../case.ts';

export interface Heard {
  readonly peer: string;
  /** Of the welcome by which the pair was made; 0 before. */
  readonly epoch: number;
  readonly seq: number;
  readonly watermark: number;
  readonly applied: number;
}

export interface Hearing {
  opened(connection: string, peer: string): void;
  /** By either side. */
  closed(connection: string): void;
  arrived(connection: string, message: CaseMessage): void;
  /** A welcome was said or heard on the connection, in the epoch. */
  welcomed(connection: string, epoch: number): void;
  /** What was said on a channel that stands. */
  on(connection: string): Heard | undefined;
  /** What a peer that has no channel, and may get one back, had said. */
  away(peer: string): Heard | undefined;
}

export function createHearing(canReconnect: boolean): Hearing {
  const standing = new Map<string, Heard>();
  const lost = new Map<string, Heard>();
  const lastOf = (peer: string): Heard | undefined =>
    [...standing.values()].findLast((heard) => heard.peer === peer) ?? lost.get(peer);

  return {
    opened(connection, peer) {
      const before = canReconnect ? lastOf(peer) : undefined;
      standing.set(connection, before ?? { peer, epoch: 0, ...noProgress });
    },
    closed(connection) {
      const heard = standing.get(connection);
      standing.delete(connection);
      if (canReconnect && heard !== undefined) lost.set(heard.peer, heard);
    },
    arrived(connection, { from, seq, watermark, applied }) {
      const before = standing.get(connection);
      // What another said is nothing that the peer keeps saying.
      if (before === undefined || (from ?? before.peer) !== before.peer) return;
      standing.set(connection, {
        ...before,
        seq: Math.max(before.seq, seq ?? 0),
        watermark: Math.max(before.watermark, watermark ?? 0),
        applied: Math.max(before.applied, applied ?? 0),
      });
    },
    welcomed(connection, epoch) {
      const before = standing.get(connection);
      if (before === undefined) return;
      const isSame = before.epoch === 0 || before.epoch === epoch;
      standing.set(connection, { ...before, ...(isSame ? {} : noProgress), epoch });
    },
    on: (connection) => standing.get(connection),
    away: (peer) => (canReconnect ? lastOf(peer) : undefined),
  };
}

const noProgress = { seq: 0, watermark: 0, applied: 0 };
