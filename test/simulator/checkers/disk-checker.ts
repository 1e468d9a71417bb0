// The disk is the disk of one legal machine: a block never goes back to older content, and in the
// end it holds what the machine wrote last. It reads the hash guest's blocks.

import type { Watcher } from '../watcher.ts';

export function createDiskChecker(): Watcher {
  /** By block: the ordinal of the output that it holds. */
  const blocks = new Map<number, number>();
  return {
    name: 'disk',
    blockChanged(data) {
      const [ordinal, , , block] = new TextDecoder().decode(data).split(' ').map(Number);
      if (ordinal === undefined || block === undefined) return 'a block holds no output';
      const held = blocks.get(block) ?? 0;
      blocks.set(block, ordinal);
      return ordinal < held ? `block ${block} went back from ${held} to ${ordinal}` : null;
    },
  };
}
