// One host of the simulator from life to life, and the table of all hosts: what it runs, what waits
// for it, and acts that are void once it has died. What it does is elsewhere.

import { createDutyCycle, type DutyCycle } from '../../impl/host/duty-cycle.ts';
import {
  type Counter,
  type Effect,
  type Incarnation,
  type Input,
  type NodeState,
  toCounter,
  toIncarnation,
} from '../../impl/protocol/index.ts';
import type { GuestDriver } from './guest-driver.ts';
import type { Schedule } from './schedule.ts';

export interface Host {
  readonly name: string;
  life: number;
  incarnation: Incarnation;
  node: NodeState | null;
  guest: GuestDriver | null;
  /** Counts the guests this host has had: what was asked of an earlier one is void. */
  guests: number;
  /** Counts the guests that were halted: what the disk answers to an earlier request is dropped. */
  halts: number;
  dueAt: bigint | null;
  stalledUntil: bigint;
  inbox: Input[];
  isSlicing: boolean;
  /** Percent of a processor that the guest is given, and which slices that makes. */
  share: number;
  duty: DutyCycle;
  completions: Uint8Array[];
  packets: Uint8Array[];
  crashIn: CrashPoint | null;
}

/** The host crashes instead of carrying out the `count`-th effect that fits. */
export interface CrashPoint {
  count: number;
  readonly fits: (effect: Effect) => boolean;
}

export interface Hosts {
  all(): Iterable<Host>;
  named(name: string): Host;
  /** The host that is up under this incarnation. */
  up(incarnation: Incarnation): Host | undefined;
  /** Acts in this life of the host only. */
  later(host: Host, delay: bigint, act: () => void): void;
}

export function createHosts(names: readonly string[], schedule: Schedule): Hosts {
  const hosts = new Map(names.map((name) => [name, createHost(name)]));
  return {
    all: () => hosts.values(),
    named(name) {
      const host = hosts.get(name);
      if (host === undefined) throw new Error(`no host ${name}`);
      return host;
    },
    up(incarnation) {
      for (const host of hosts.values()) {
        if (host.incarnation === incarnation && host.node !== null) return host;
      }
      return undefined;
    },
    later(host, delay, act) {
      const { life } = host;
      schedule.after(delay, () => {
        if (host.life === life && host.node !== null) act();
      });
    },
  };
}

/** A host that is down: its first life begins when it is brought up. */
function createHost(name: string): Host {
  return {
    name,
    life: 1,
    incarnation: nameOf(name, 1),
    node: null,
    guest: null,
    guests: 0,
    halts: 0,
    dueAt: null,
    stalledUntil: 0n,
    inbox: [],
    isSlicing: false,
    share: fullShare,
    duty: createDutyCycle(),
    completions: [],
    packets: [],
    crashIn: null,
  };
}

export function nameOf(host: string, life: number): Incarnation {
  const incarnation = toIncarnation(`${host}#${life}`);
  if (incarnation === undefined) throw new Error(`${host}: no host name`);
  return incarnation;
}

export const fullShare = 100;

/** The counter that the place asks for. */
export function count<C extends Counter<string>>(value: bigint): C {
  return toCounter<C>(value);
}
