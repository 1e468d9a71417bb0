// The outside: what was emitted, by position and content; the images of suspended machines; the lives of the hosts; and
// what may still go wrong. Duplicates of an emission are the same to it. Spec: protocol, "Output", "Lifecycle".

import type { HostIndex } from './channel.ts';
import { type SavedGuest, tokenOf } from './guest.ts';
import type { Budget } from './manager.ts';

export interface World extends Outside {
  /** The life of each host: its incarnation's number. */
  lives: readonly number[];
  left: Budget;
  /** The image that each owner made durable last, by its token; every host can load them. */
  images: readonly SavedGuest[];
}
export interface Outside {
  emitted: readonly { position: number; data: number }[];
  /** The lowest token of the machine's present run: what an older run still emits is late, and no part of it. */
  since: number;
}
/** Which images remain when one is saved: the seeded bug keeps the last, whoever saved it. */
export type ImagesKept = 'by-token' | 'last';

/** A machine that was off is powered on: nothing of it has been emitted, or saved. */
type Begin = { type: 'begin'; token: number };
export type OutsideOperation = { type: 'emit'; position: number; data: number } | Begin;
export type ImagesOperation = { type: 'keep'; image: SavedGuest; kept: ImagesKept } | Begin;
export type LivesOperation = { type: 'restart'; host: HostIndex };
export type LeftOperation = { type: 'spend'; what: keyof Budget };

export const nothingOutside: Outside = { emitted: [], since: 0 };

export function outsideStep(outside: Outside, operation: OutsideOperation): Outside {
  if (operation.type === 'begin') return { emitted: [], since: operation.token };
  const { position, data } = operation;
  const { emitted, since } = outside;
  if (tokenOf(data) < since) return outside;
  if (emitted.some((one) => one.position === position && one.data === data)) return outside;
  const sorted = [...emitted, { position, data }].toSorted(
    (a, b) => a.position - b.position || a.data - b.data,
  );
  return { emitted: sorted, since };
}

export function imagesStep(
  images: readonly SavedGuest[],
  operation: ImagesOperation,
): readonly SavedGuest[] {
  if (operation.type === 'begin') return [];
  const { image, kept } = operation;
  const others = kept === 'last' ? [] : images.filter((one) => one.token !== image.token);
  return [...others, image].toSorted((a, b) => a.token - b.token);
}

export const livesStep = (lives: readonly number[], { host }: LivesOperation): readonly number[] =>
  lives.map((life, at) => (at === host ? life + 1 : life));

export const leftStep = (left: Budget, { what }: LeftOperation): Budget => ({
  ...left,
  [what]: left[what] - 1,
});
