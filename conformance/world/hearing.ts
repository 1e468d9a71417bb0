// What a node case's scripted peer said last, and where: its keep-alives say the same again.
// A pair that may get its channel back is heard on the new one from welcome on.
// Spec: conformance.md, "Time".

import type { CaseMessage } from '../case.ts';

export interface Heard {
  readonly connection: string;
  readonly epoch: number;
  readonly seq: number;
  readonly watermark: number;
  readonly applied: number;
}

export interface Hearing {
  opened(connection: string): void;
  /** By either side. */
  closed(connection: string): void;
  arrived(connection: string, epoch: number, message: CaseMessage): void;
  /** A welcome was said or heard on the connection, in the epoch. */
  welcomed(connection: string, epoch: number): void;
  /** On the channel that stands; undefined where none does. */
  onChannel(): Heard | undefined;
  /** Whether the peer of a pair is there at all, channel or not. */
  isThere(): boolean;
}

export function createHearing(peer: string, canReconnect: boolean): Hearing {
  let heard: Heard | undefined;
  /** What was heard on a channel that may come back. */
  let away: Heard | undefined;

  return {
    opened(connection) {
      const isBeside = canReconnect && (heard ?? away) !== undefined;
      if (!isBeside) heard = { connection, epoch: 0, ...noProgress };
    },
    closed(connection) {
      if (canReconnect && heard?.connection !== connection) return;
      away = canReconnect ? heard : undefined;
      heard = undefined;
    },
    arrived(connection, epoch, { from = peer, seq, watermark, applied }) {
      // What another said is nothing that the peer keeps saying.
      if (heard?.connection !== connection || from !== peer) return;
      heard = {
        connection,
        epoch,
        seq: Math.max(heard.seq, seq ?? 0),
        watermark: Math.max(heard.watermark, watermark ?? 0),
        applied: Math.max(heard.applied, applied ?? 0),
      };
    },
    welcomed(connection, epoch) {
      const last = heard ?? away;
      if (!canReconnect || last === undefined) return;
      const isSame = last.epoch === 0 || last.epoch === epoch;
      heard = isSame ? { ...last, connection } : { connection, epoch, ...noProgress };
      away = undefined;
    },
    onChannel: () => heard,
    isThere: () => (heard ?? away) !== undefined,
  };
}

const noProgress = { seq: 0, watermark: 0, applied: 0 };
