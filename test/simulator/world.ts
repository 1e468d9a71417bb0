// Hosts, clock, network, arbiter, disk and outside world in one process and one thread of time.
// Every decision of chance comes from the weather, so the same weather gives the same run.
// It plays the shell of the agents; it judges nothing: the watchers do.

import {
  type ArbiterRecord,
  type Config,
  type Effect,
  type Facts,
  type Incarnation,
  type Input,
  type OperationName,
  observe,
  type Rules,
} from '../../impl/protocol/index.ts';
import { createEffects, type Effects } from './effects.ts';
import { createFactsReader } from './facts-reader.ts';
import type { GuestDriver } from './guest-driver.ts';
import { createGuestEffects } from './guest-effects.ts';
import { createGuestSlices } from './guest-slices.ts';
import { createHosts } from './host.ts';
import { createHostLife, type HostLife } from './host-life.ts';
import { createJournal } from './journal.ts';
import { createNetwork, type Network } from './network.ts';
import { networkInput } from './network-input.ts';
import { createNodeShell } from './node-shell.ts';
import { createRequests } from './requests.ts';
import { createSchedule } from './schedule.ts';
import type { Emission, Watcher, WorldView } from './watcher.ts';
import { millisecond, type Weather } from './weather.ts';

export interface WorldOptions {
  readonly weather: Weather;
  readonly createGuest: () => GuestDriver;
  readonly watchers?: readonly Watcher[];
  readonly hosts?: readonly string[];
  readonly rules?: Partial<Rules>;
  readonly network?: Config['network'];
  readonly entriesMax?: bigint;
  /** A closed channel of a running pair is opened again; false where none is said. */
  readonly reconnect?: boolean;
  readonly diskChecksAtAcceptance?: boolean;
  /** Steps that a guest runs at most in one slice. */
  readonly sliceSteps?: number;
  /** What the outside sends to the machine: the n-th packet. */
  readonly packet?: (ordinal: number) => Uint8Array;
}

/** What the manager may ask besides a start and a backup. */
export type Operation = OperationName | 'resume';

export interface World extends WorldView {
  readonly network: Config['network'];
  readonly wire: Network;
  readonly violations: readonly string[];
  readonly emissions: readonly Emission[];
  readonly records: readonly ArbiterRecord[];
  readonly reports: readonly string[];
  /** Digest of everything that happened: equal for equal runs. */
  traceHash(): string;
  /** The last lines of the trace. */
  trace(): readonly string[];
  steps(): number;
  /** How many inputs the guests were given and outputs they made, by the entries they needed. */
  entries(): number;
  incarnation(host: string): Incarnation;
  isUp(host: string): boolean;
  observe(host: string): Facts;
  position(host: string): bigint;
  give(host: string, input: Input): string | undefined;
  start(host: string): void;
  /** Returns the code of a refusal. */
  protect(host: string, peer: string): string | undefined;
  /** Returns the code of a refusal. */
  replace(host: string, peer: string): string | undefined;
  /** Returns the code of a refusal. */
  tell(host: string, operation: Operation): string | undefined;
  crash(host: string, options?: { silent?: boolean }): void;
  /** Crashes the host instead of carrying out the n-th effect from now that fits. */
  crashAtEffect(host: string, ordinal: number, fits?: (effect: Effect) => boolean): void;
  restart(host: string): void;
  stall(host: string, milliseconds: number): void;
  setArbiterUp(isUp: boolean): void;
  /** Guests stop between two steps, though they may take what has arrived. */
  freezeGuests(isFrozen: boolean): void;
  settle(): void;
  run(milliseconds: number): void;
  /** Runs until `when` holds, or fails after so many milliseconds. */
  runUntil(when: () => boolean, milliseconds: number): void;
}

export function createWorld(options: WorldOptions): World {
  const { weather, network = 'at-least-once' } = options;
  const schedule = createSchedule();
  const hosts = createHosts(options.hosts ?? ['a', 'b', 'c'], schedule);
  const journal = createJournal(schedule, options.watchers ?? []);
  const factsOf = createFactsReader();
  const view = (): WorldView => world;
  let isSettled = false;

  // The shell comes before what carries its effects out, which gives it inputs in turn.
  const shell = createNodeShell({
    schedule,
    hosts,
    journal,
    view,
    carryOut: (host, effect, followers) => effects.carryOut(host, effect, followers),
    crash: (host) => life.crash(host),
  });
  const { deliver, give } = shell;
  const wire = createNetwork({
    schedule,
    weather,
    isUp: (incarnation) => hosts.up(incarnation) !== undefined,
    deliver: (to, event) => {
      const host = hosts.up(to);
      if (host !== undefined) deliver(host, networkInput(event));
    },
  });
  const requests = createRequests({
    schedule,
    weather,
    hosts,
    journal,
    diskChecksAtAcceptance: options.diskChecksAtAcceptance ?? false,
    deliver,
  });
  const slices = createGuestSlices({
    schedule,
    weather,
    hosts,
    sliceSteps: options.sliceSteps ?? 6,
    packet: options.packet ?? ((ordinal) => new TextEncoder().encode(`packet ${ordinal}`)),
    give,
  });
  const { createGuest } = options;
  const guests = createGuestEffects({
    schedule,
    weather,
    hosts,
    journal,
    slices,
    createGuest,
    give,
  });
  const effects: Effects = createEffects({ journal, wire, requests, guests, view });
  const life: HostLife = createHostLife({
    schedule,
    hosts,
    journal,
    shell,
    wire,
    rules: options.rules ?? {},
    network,
    entriesMax: options.entriesMax ?? 16n,
    reconnect: options.reconnect ?? false,
  });

  const world: World = {
    wire,
    network,
    violations: journal.violations,
    emissions: effects.emissions,
    records: requests.records,
    reports: effects.reports,
    get now() {
      return schedule.now;
    },
    get record() {
      return requests.record;
    },
    get isSettled() {
      return isSettled;
    },
    traceHash: journal.digest,
    trace: journal.lines,
    steps: () => shell.steps,
    entries: () => shell.entries,
    facts: () => factsOf(hosts.all()),
    incarnation: (name) => hosts.named(name).incarnation,
    isUp: (name) => hosts.named(name).node !== null,
    observe(name) {
      const { node } = hosts.named(name);
      if (node === null) throw new Error(`${name} is down`);
      return observe(node);
    },
    position: (name) => hosts.named(name).guest?.position() ?? -1n,
    give: (name, input) => give(hosts.named(name), input),
    start(name) {
      give(hosts.named(name), { type: 'manager.start' });
    },
    protect(name, peer) {
      const { incarnation } = hosts.named(peer);
      return give(hosts.named(name), { type: 'manager.protect', peer: incarnation });
    },
    replace(name, peer) {
      const { incarnation } = hosts.named(peer);
      return give(hosts.named(name), { type: 'manager.replace-backup', peer: incarnation });
    },
    tell: (name, operation) => give(hosts.named(name), { type: `manager.${operation}` }),
    crash: (name, crashOptions) => life.crash(hosts.named(name), crashOptions),
    crashAtEffect(name, ordinal, fits = () => true) {
      hosts.named(name).crashIn = { count: ordinal, fits };
    },
    restart: (name) => life.restart(hosts.named(name)),
    stall: (name, milliseconds) =>
      life.stall(hosts.named(name), BigInt(milliseconds) * millisecond),
    setArbiterUp: requests.setArbiterUp,
    freezeGuests: slices.freeze,
    settle() {
      isSettled = true;
      journal.watch((watcher) => watcher.finished?.(world));
    },
    run(milliseconds) {
      const until = schedule.now + BigInt(milliseconds) * millisecond;
      while (schedule.next(until));
    },
    runUntil(when, milliseconds) {
      const until = schedule.now + BigInt(milliseconds) * millisecond;
      while (!when()) {
        if (schedule.next(until)) continue;
        throw new Error(
          `not reached in ${milliseconds} ms\n${journal.lines().slice(-40).join('\n')}`,
        );
      }
    },
  };

  for (const host of hosts.all()) life.bringUp(host);
  slices.startPackets();
  return world;
}
