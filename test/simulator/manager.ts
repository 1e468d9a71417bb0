// The manager's policy: starts the machine once, and gives an owner that is alone a backup.
// It knows hosts and what they report, no more.

import type { Random } from './random.ts';
import type { World } from './world.ts';

export interface Manager {
  /** Looks at the hosts and acts; to be called every so often. */
  act(): void;
}

export function createManager(world: World, hosts: readonly string[], random: Random): Manager {
  return {
    act() {
      for (const host of hosts) {
        if (!world.isUp(host) || world.observe(host).state !== 'needSecondary') continue;
        const peers = hosts.filter((peer) => peer !== host && world.isUp(peer));
        if (peers.length > 0 && random.chance(0.7)) world.protect(host, random.pick(peers));
      }
    },
  };
}
