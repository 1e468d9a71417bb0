// The shared disk that the runner plays: writes carry a token, a fence refuses lower ones.
// Requests wait until the case says how they end; the check and the change are one step.
// Spec: protocol.md, "Storage".

import type { Counter, DiskAction, DiskResult } from '../wire.ts';

export interface DiskRequest {
  readonly operation: Counter;
  readonly token: Counter;
  readonly action: DiskAction;
}

export interface Disk {
  accept(request: DiskRequest): void;
  waiting(): readonly DiskRequest[];
  /** Ends the oldest request; undefined where none waits. An error changes nothing. */
  finish(how: 'carry-out' | 'error'): { request: DiskRequest; result: DiskResult } | undefined;
  fence(): bigint;
  /** The data that were written, in order. */
  written(): readonly string[];
}

export function createDisk(): Disk {
  const queue: DiskRequest[] = [];
  const written: string[] = [];
  let fence = 0n;

  function carryOut({ token, action }: DiskRequest): DiskResult {
    if ('fence' in action) {
      if (BigInt(token) > fence) fence = BigInt(token);
      return 'done';
    }
    if (BigInt(token) < fence) return 'fenced';
    written.push(action.write.data);
    return 'done';
  }

  return {
    accept: (request) => queue.push(request),
    waiting: () => queue,
    finish(how) {
      const request = queue.shift();
      if (request === undefined) return undefined;
      return { request, result: how === 'error' ? 'error' : carryOut(request) };
    },
    fence: () => fence,
    written: () => written,
  };
}
