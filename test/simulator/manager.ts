// The manager's policy: gives an owner that is alone a backup, and resumes a machine that is
// suspended; where it is told to, it also asks for every other operation at random, of any host.
// It knows hosts and what they report, no more.

import type { Random } from './random.ts';
import type { Operation, World } from './world.ts';

export interface Manager {
  /** Looks at the hosts and acts; to be called every so often. */
  act(): void;
}

export interface ManagerOptions {
  readonly hosts: readonly string[];
  readonly random: Random;
  /** How likely an operation is asked for, each time that the manager acts; 0 draws nothing. */
  readonly operations: number;
  /** How likely such an operation is the replacement of the backup; 0 draws nothing. */
  readonly replacements: number;
}

export function createManager(world: World, options: ManagerOptions): Manager {
  const { hosts, random, operations, replacements } = options;

  function protectAlone(): void {
    for (const host of hosts) {
      if (!world.isUp(host) || !isAlone(host)) continue;
      const peers = hosts.filter((peer) => peer !== host && world.isUp(peer));
      if (peers.length > 0 && random.chance(0.7)) world.protect(host, random.pick(peers));
    }
  }

  function isAlone(host: string): boolean {
    const { state, role } = world.observe(host);
    return state === 'needSecondary' || (state === 'notConfigured' && role === 'owner');
  }

  /** Of the owner mostly; elsewhere it is refused. */
  function operate(): void {
    if (!random.chance(operations)) return;
    const up = hosts.filter((host) => world.isUp(host));
    const owners = up.filter((host) => world.observe(host).role === 'owner');
    const asked = random.chance(0.9) && owners.length > 0 ? owners : up;
    if (asked.length === 0) return;
    const host = random.pick(asked);
    if (replacements > 0 && random.chance(replacements)) world.replace(host, random.pick(hosts));
    else world.tell(host, random.pick(choices));
  }

  /** Whoever is told, or several at once: one of them gets it. */
  function resume(): void {
    if (world.record?.phase !== 'suspended') return;
    for (const host of hosts)
      if (world.isUp(host) && random.chance(0.2)) world.tell(host, 'resume');
  }

  return {
    act() {
      protectAlone();
      if (operations === 0) return;
      operate();
      resume();
    },
  };
}

/** By how often each is worth it: a machine that is off ends what a run can show. */
const choices: readonly Operation[] = [
  'suspend',
  'suspend',
  'suspend',
  'turn-off',
  'turn-off',
  'restart-secondary',
  'restart-secondary',
  'test-failover',
  'test-failover',
  'test-failover',
  'power-off',
];
