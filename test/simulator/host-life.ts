// The lives of a host: it comes up as a new incarnation, stalls and wakes, crashes and starts again.

import {
  type Config,
  createNode,
  type Rules,
  standardPeriods,
  standardRules,
} from '../../impl/protocol/index.ts';
import { dropGuest } from './guest-effects.ts';
import { count, type Host, type Hosts, nameOf } from './host.ts';
import type { Journal } from './journal.ts';
import type { Network } from './network.ts';
import type { NodeShell } from './node-shell.ts';
import type { Schedule } from './schedule.ts';

export interface HostLifeOptions {
  readonly schedule: Schedule;
  readonly hosts: Hosts;
  readonly journal: Journal;
  readonly shell: NodeShell;
  readonly wire: Network;
  readonly rules: Partial<Rules>;
  readonly network: Config['network'];
  readonly entriesMax: bigint;
  readonly reconnect: boolean;
}

export interface HostLife {
  bringUp(host: Host): void;
  /** A silent crash is one that no peer hears of. */
  crash(host: Host, options?: { readonly silent?: boolean }): void;
  restart(host: Host): void;
  stall(host: Host, nanoseconds: bigint): void;
}

export function createHostLife(options: HostLifeOptions): HostLife {
  const { schedule, hosts, journal, shell, wire, rules } = options;
  const { network, entriesMax, reconnect } = options;

  function bringUp(host: Host): void {
    host.incarnation = nameOf(host.name, host.life);
    host.node = createNode(
      {
        vm: 'machine',
        self: host.incarnation,
        configuration: new Uint8Array([1]),
        periods: standardPeriods,
        entriesMax,
        network,
        reconnect,
        at: count(schedule.now),
      },
      { ...standardRules, ...rules },
    );
  }

  return {
    bringUp,
    crash(host, { silent = false } = {}) {
      if (host.node === null) return;
      journal.log(`${host.incarnation} crashes`);
      host.node = null;
      host.crashIn = null;
      host.stalledUntil = 0n;
      host.inbox = [];
      host.dueAt = null;
      host.isSlicing = false;
      dropGuest(host);
      wire.died(host.incarnation, !silent);
    },
    restart(host) {
      if (host.node !== null) return;
      host.life += 1;
      bringUp(host);
      journal.log(`${host.incarnation} starts`);
    },
    stall(host, nanoseconds) {
      if (host.node === null) return;
      journal.log(`${host.incarnation} stalls`);
      const until = schedule.now + nanoseconds;
      host.stalledUntil = until;
      hosts.later(host, nanoseconds, () => {
        if (host.stalledUntil !== until) return;
        host.dueAt = null;
        shell.apply(host, { type: 'clock.advanced', at: count(schedule.now) });
        for (const input of host.inbox.splice(0)) shell.apply(host, input);
      });
    },
  };
}
