// The shared disk: a request is taken in and carried out later; the fence is compared at the
// instant at which the block changes. `checksAtAcceptance` is the broken kind, for the checkers.

import type { DiskAction, DiskResult } from '../../impl/protocol/index.ts';

export interface DiskOptions {
  readonly checksAtAcceptance?: boolean;
  /** Called when a block changes. */
  readonly changed: (data: Uint8Array) => void;
}

export interface Disk {
  /** Takes a request in, and returns how to carry it out. */
  accept(token: bigint, action: DiskAction): () => DiskResult;
}

export function createDisk({ checksAtAcceptance = false, changed }: DiskOptions): Disk {
  let fence = 0n;
  return {
    accept(token, action) {
      const wasFenced = token < fence;
      return () => {
        if (action.type === 'fence') {
          if (token > fence) fence = token;
          return 'done';
        }
        if (checksAtAcceptance ? wasFenced : token < fence) return 'fenced';
        changed(action.data);
        return 'done';
      };
    },
  };
}
