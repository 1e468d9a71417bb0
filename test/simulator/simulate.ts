// One run of the whole system from one seed: weather, faults, manager and checkers.
// A fault plan is drawn from the seed too, so a failing seed is all that a failure needs.

import type { Config, Rules } from '../../impl/protocol/index.ts';
import { createDigestChecker } from './checkers/digest-checker.ts';
import { createDiskChecker } from './checkers/disk-checker.ts';
import { createOperationChecker } from './checkers/operation-checker.ts';
import { createOwnerChecker } from './checkers/owner-checker.ts';
import { createRecordChecker } from './checkers/record-checker.ts';
import { createViewChecker } from './checkers/view-checker.ts';
import { drawFaults, type Fault } from './faults.ts';
import type { GuestDriver } from './guest-driver.ts';
import { createHashGuest } from './hash-guest.ts';
import { createManager, type Manager } from './manager.ts';
import { createRandom } from './random.ts';
import type { Watcher } from './watcher.ts';
import { calm, createWeather } from './weather.ts';
import { createWorld, type World } from './world.ts';

export interface SimulationOptions {
  readonly seed: number;
  readonly rules?: Partial<Rules>;
  readonly network?: Config['network'];
  readonly diskChecksAtAcceptance?: boolean;
  /** Faults drawn from the seed; more are likelier to meet. */
  readonly faults?: number;
  /** Channels that break besides; 0 where none is said. */
  readonly breaks?: number;
  /** How long faults may come, in milliseconds. */
  readonly span?: number;
  readonly isCalm?: boolean;
  /** How likely the manager asks for an operation, every 50 ms; 0 where none is said. */
  readonly operations?: number;
  /** How likely such an operation is the replacement of the backup; 0 where none is said. */
  readonly replacing?: number;
  /** A closed channel of a running pair is opened again; false where none is said. */
  readonly reconnect?: boolean;
  /** The hash chain where none is said. */
  readonly guest?: SimulatedGuest;
  /** Beside the checkers. */
  readonly watchers?: readonly Watcher[];
}

/** Another guest than the hash chain, and the checkers that understand what it says. */
export interface SimulatedGuest {
  readonly createGuest: () => GuestDriver;
  readonly packet: (ordinal: number) => Uint8Array;
  readonly sliceSteps: number;
  readonly watchers: readonly Watcher[];
}

export interface SimulationResult {
  readonly violations: readonly string[];
  readonly traceHash: string;
  readonly trace: readonly string[];
  readonly steps: number;
  readonly entries: number;
  readonly faults: readonly string[];
  readonly takeovers: number;
  /** Did the machine run at the end? */
  readonly isLive: boolean;
  /** Was it protected at the end? */
  readonly isProtected: boolean;
  /** Operations of the manager that were reported done. */
  readonly operationsDone: number;
  /** Backups that were replaced. */
  readonly replacements: number;
  /** Entries at which both guests were compared. */
  readonly compared: number;
}

const hosts = ['a', 'b', 'c'];

export function simulate(options: SimulationOptions): SimulationResult {
  const { seed, faults: faultCount = 4, breaks = 0, span = 2400 } = options;
  const random = createRandom(seed);
  const digests = createDigestChecker();
  const operationChecker = createOperationChecker();
  const { guest, operations = 0, replacing = 0 } = options;
  const world = createWorld({
    weather: options.isCalm ? calm : createWeather(random),
    createGuest: guest?.createGuest ?? createHashGuest,
    watchers: [
      createRecordChecker(),
      createOwnerChecker(),
      digests,
      operationChecker,
      ...(guest?.watchers ?? [createViewChecker(), createDiskChecker()]),
      ...(options.watchers ?? []),
    ],
    hosts,
    network: options.network ?? (random.chance(0.7) ? 'at-least-once' : 'may-be-lost'),
    diskChecksAtAcceptance: options.diskChecksAtAcceptance ?? false,
    ...(options.rules && { rules: options.rules }),
    reconnect: options.reconnect ?? false,
    ...(guest && { packet: guest.packet, sliceSteps: guest.sliceSteps }),
  });
  const faults = drawFaults(random, { hosts, count: faultCount, breaks, span });
  const manager = createManager(world, { hosts, random, operations, replacements: replacing });
  play(world, faults, { span, manager });
  return {
    violations: world.violations,
    traceHash: world.traceHash(),
    trace: world.trace(),
    steps: world.steps(),
    entries: world.entries(),
    faults: faults.map(({ at, text }) => `${at} ms ${text}`),
    takeovers: world.records.filter(({ reason }) => reason === 'takeover').length,
    isLive: world.facts().some(({ role, gate }) => role === 'owner' && gate !== 'shut'),
    isProtected: world.facts().some(({ state }) => state === 'running'),
    replacements: world.records.filter(({ reason }) => reason === 'replace-backup').length,
    operationsDone: operationChecker.done(),
    compared: digests.compared(),
  };
}

/** Plays the faults, then heals the world, stops the guests and lets everything come to rest. */
function play(
  world: World,
  faults: readonly Fault[],
  { span, manager }: { span: number; manager: Manager },
): void {
  const waiting = [...faults];
  world.start('a');
  for (let at = 0; at < span; at += tick) {
    for (let next = waiting[0]; next !== undefined && next.at <= at; next = waiting[0]) {
      waiting.shift();
      next.act(world);
      if (next.undo !== null) waiting.push({ ...next.undo, at: at + next.undo.at });
      waiting.sort((left, right) => left.at - right.at);
    }
    manager.act();
    world.run(tick);
  }
  for (const { act } of waiting) act(world);
  for (const host of hosts) world.restart(host);
  for (let at = 0; at < healTime; at += tick) {
    manager.act();
    world.run(tick);
  }
  world.freezeGuests(true);
  world.run(restTime);
  world.settle();
}

const tick = 50;
const healTime = 1800;
const restTime = 1500;
