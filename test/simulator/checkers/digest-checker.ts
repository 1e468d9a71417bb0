// No divergence: at every entry the backup's guest is what the owner's guest was.

import type { Watcher } from '../watcher.ts';

/** How often both sides were compared: zero would make the check empty. */
export interface DigestChecker extends Watcher {
  compared(): number;
}

export function createDigestChecker(): DigestChecker {
  const recorded = new Map<string, string>();
  let compared = 0;
  return {
    name: 'digest',
    compared: () => compared,
    entryRecorded(epoch, seq, digest) {
      recorded.set(`${epoch} ${seq}`, digest);
      return null;
    },
    entryApplied(epoch, seq, digestOf) {
      const expected = recorded.get(`${epoch} ${seq}`);
      if (expected === undefined) return null;
      compared += 1;
      const digest = digestOf();
      return expected === digest ? null : `entry ${seq} of epoch ${epoch}: ${expected}, ${digest}`;
    },
    diverged: (epoch, seq) => `the replay contradicts entry ${seq} of epoch ${epoch}`,
  };
}
