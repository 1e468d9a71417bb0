// The outside: what was emitted, by position and content; the lives of the hosts; and what may still go wrong.
// Duplicates of an emission are the same to it. Spec: protocol, "Output".

import type { HostIndex } from './channel.ts';
import type { Budget } from './manager.ts';

export interface World {
  emitted: Emitted;
  /** The life of each host: its incarnation's number. */
  lives: readonly number[];
  left: Budget;
}
export type Emitted = readonly { position: number; data: number }[];
export type EmittedOperation = { type: 'emit'; position: number; data: number };
export type LivesOperation = { type: 'restart'; host: HostIndex };
export type LeftOperation = { type: 'spend'; what: keyof Budget };

export function emittedStep(emitted: Emitted, { position, data }: EmittedOperation): Emitted {
  if (emitted.some((one) => one.position === position && one.data === data)) return emitted;
  return [...emitted, { position, data }].sort(
    (a, b) => a.position - b.position || a.data - b.data,
  );
}

export const livesStep = (lives: readonly number[], { host }: LivesOperation): readonly number[] =>
  lives.map((life, at) => (at === host ? life + 1 : life));

export const leftStep = (left: Budget, { what }: LeftOperation): Budget => ({
  ...left,
  [what]: left[what] - 1,
});
