// A calm world for one worked scenario: two hosts and a spare, every checker, and the few things
// that a scenario arranges by hand. The test is the manager.

import type { Rules } from '../../impl/protocol/index.ts';
import { createDigestChecker } from './checkers/digest-checker.ts';
import { createDiskChecker } from './checkers/disk-checker.ts';
import { createOwnerChecker } from './checkers/owner-checker.ts';
import { createRecordChecker } from './checkers/record-checker.ts';
import { createViewChecker } from './checkers/view-checker.ts';
import type { GuestDriver } from './guest-driver.ts';
import { createHashGuest } from './hash-guest.ts';
import type { SimulatedGuest } from './simulate.ts';
import type { Watcher } from './watcher.ts';
import { calm, type Weather } from './weather.ts';
import { createWorld, type World } from './world.ts';

export interface StageOptions {
  readonly rules?: Partial<Rules>;
  readonly reconnect?: boolean;
  readonly network?: 'at-least-once' | 'may-be-lost';
  readonly diskChecksAtAcceptance?: boolean;
  readonly createGuest?: () => GuestDriver;
  /** Where the guests are meant to diverge, the digests are not compared. */
  readonly isDiverging?: boolean;
  /** Another guest than the hash chain, with its checkers. */
  readonly guest?: SimulatedGuest;
  /** Beside the checkers. */
  readonly watchers?: readonly Watcher[];
}

export interface Stage {
  readonly world: World;
  /** The weather of this stage: a scenario changes what it needs. */
  readonly weather: { -readonly [Name in keyof Weather]: Weather[Name] };
}

export function createStage(options: StageOptions = {}): Stage {
  const weather = { ...calm };
  const world = createWorld({
    weather: {
      channelDelay: () => weather.channelDelay(),
      datagram: () => weather.datagram(),
      arbiter: () => weather.arbiter(),
      disk: () => weather.disk(),
      slice: () => weather.slice(),
      replay: () => weather.replay(),
      packet: () => weather.packet(),
      image: () => weather.image(),
    },
    createGuest: options.guest?.createGuest ?? options.createGuest ?? createHashGuest,
    watchers: [
      createRecordChecker(),
      createOwnerChecker(),
      ...(options.guest?.watchers ?? [createViewChecker(), createDiskChecker()]),
      ...(options.isDiverging ? [] : [createDigestChecker()]),
      ...(options.watchers ?? []),
    ],
    network: options.network ?? 'at-least-once',
    diskChecksAtAcceptance: options.diskChecksAtAcceptance ?? false,
    ...(options.rules && { rules: options.rules }),
    reconnect: options.reconnect ?? false,
    ...(options.guest && {
      packet: options.guest.packet,
      sliceSteps: options.guest.sliceSteps,
    }),
  });
  return { world, weather };
}

/** Host a runs the machine, alone. */
export function startAlone(world: World): void {
  world.start('a');
  world.runUntil(() => world.observe('a').guest === 'running', 1000);
  world.run(100);
}

/** Host a runs the machine, protected by host b. */
export function startProtected(world: World): void {
  startAlone(world);
  world.protect('a', 'b');
  world.runUntil(() => world.observe('a').state === 'running', 2000);
  world.run(200);
}

/** Lets the machine run, then stops the guests and waits until nothing is on its way. */
export function comeToRest(world: World, milliseconds = 1500): void {
  world.run(milliseconds);
  world.freezeGuests(true);
  world.run(1500);
  world.settle();
}

/** The hosts whose gate is not shut. */
export function liveHosts(world: World): string[] {
  const live = world.facts().filter(({ gate }) => gate !== 'shut');
  return live.map(({ incarnation }) => incarnation);
}

/** The transitions of the record, as reasons. */
export function reasons(world: World): string[] {
  return world.records.map(({ reason, phase }) => `${phase}:${reason}`);
}
