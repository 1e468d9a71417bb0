// Bugs in the manager's operations: each rule of them left out once. Spec: protocol, "Lifecycle".

import { emit, enqueueActions } from 'xstate';
import type { Bounds } from '../environment/manager.ts';
import { failover } from '../failover.ts';
import { logging } from '../logging.ts';
import { pairing } from '../pairing.ts';
import { calm } from '../rows.ts';
import { rightVariant } from '../system.ts';
import { type SeededBug, withCharts } from './bug.ts';

const once: Bounds = { ...calm, crashes: 1, breaks: 1, positionsMax: 1, commands: 1 };
const poweringOff: Bounds = { ...once, operations: ['power-off'] };
const suspending: Bounds = { ...once, operations: ['suspend', 'resume'], commands: 3 };
const parting: Bounds = { ...once, operations: ['turn-off', 'restart-secondary'] };
const yielding: Bounds = { ...once, operations: ['test-failover'] };

/** The entry that powers off counts as consumed when all before it is. */
const passingTheEnd = logging.provide({
  guards: {
    isConsumed: ({ context }) =>
      context.applied === context.held - (context.ended === 'power-off' ? 1 : 0),
  },
});

export const lifecycleBugs: readonly SeededBug[] = [
  {
    name: 'off-reported-unrecorded',
    about: 'a power-off is reported when it is asked for',
    property: 'lifecycle.power-off-recorded',
    steps: 6,
    bounds: poweringOff,
    variant: withCharts({
      pairing: pairing.provide({
        actions: {
          wantPowerOff: emit({ type: 'report', state: 'enabled', reason: 'power-off' }),
        },
      }),
    }),
  },
  {
    name: 'answers-outlive-the-guest',
    about: 'a disk answers a guest with what another at the same host had asked',
    property: 'failover.reissue-open-operations',
    steps: 18,
    bounds: {
      ...poweringOff,
      crashes: 0,
      breaks: 0,
      starts: 2,
      joins: 0,
      outputs: ['disk'],
      positionsMax: 2,
    },
    variant: { ...rightVariant, diskAnswered: 'any-at-host' },
  },
  {
    name: 'off-with-a-running-guest',
    about: 'an owner that powers off shuts its gate and lets its guest run',
    property: 'lifecycle.power-off-stops-first',
    steps: 6,
    bounds: poweringOff,
    variant: withCharts({
      logging: logging.provide({ actions: { pauseGuest: enqueueActions(() => {}) } }),
    }),
  },
  {
    name: 'off-behind-an-open-gate',
    about: 'an owner that powers off holds its guest and leaves its gate as it was',
    property: 'output.nothing-after-shutting',
    steps: 6,
    bounds: poweringOff,
    variant: withCharts({
      pairing: pairing.provide({
        actions: {
          silenceGuest: emit({ type: 'host.tell', to: 'logging', event: { type: 'guest.paused' } }),
        },
      }),
    }),
  },
  {
    name: 'off-untold',
    about: 'an owner does not tell its backup that the machine is powered off',
    property: 'lifecycle.power-off-logged',
    steps: 16,
    bounds: poweringOff,
    variant: withCharts({
      pairing: pairing.provide({ actions: { logPowerOff: enqueueActions(() => {}) } }),
    }),
  },
  {
    name: 'ran-past-the-power-off',
    about: 'a backup takes over though it holds the entry that powers off, and goes live after it',
    property: 'lifecycle.power-off-entry-ends-replay',
    steps: 24,
    bounds: poweringOff,
    variant: withCharts({
      failover: failover.provide({
        guards: { isPoweringOff: () => false, isLeftPoweringOff: () => false },
      }),
      logging: passingTheEnd,
    }),
  },
  {
    name: 'won-and-ran-past-the-power-off',
    about: 'a backup that asked for ownership before it held the entry goes live after it',
    property: 'lifecycle.power-off-entry-ends-replay',
    steps: 24,
    bounds: poweringOff,
    variant: withCharts({
      failover: failover.provide({ guards: { isPoweringOff: () => false } }),
      logging: passingTheEnd,
    }),
  },
  {
    name: 'suspend-reported-unrecorded',
    about: 'a suspend is reported when its image is durable',
    property: 'lifecycle.suspend-recorded',
    steps: 7,
    bounds: suspending,
    variant: withCharts({
      pairing: pairing.provide({
        actions: { wantSuspend: emit({ type: 'report', state: 'enabled', reason: 'suspend' }) },
      }),
    }),
  },
  {
    name: 'suspended-unsettled',
    about: 'an image is made while outputs wait to be acknowledged',
    property: 'lifecycle.suspend-settles-outputs',
    steps: 19,
    bounds: suspending,
    variant: withCharts({
      logging: logging.provide({ guards: { isSettled: ({ context }) => context.settling } }),
    }),
  },
  {
    name: 'suspended-unsaved',
    about: 'an owner suspends though its image could not be made durable',
    property: 'lifecycle.suspend-settles-outputs',
    steps: 8,
    bounds: { ...suspending, unsavable: true },
    variant: withCharts({ pairing: pairing.provide({ guards: { isSaved: () => true } }) }),
  },
  {
    name: 'image-without-a-name',
    about: 'there is one image, that saved last, though a former owner may have saved it',
    property: 'lifecycle.suspend-settles-outputs',
    steps: 27,
    bounds: { ...suspending, crashes: 0, breaks: 0 },
    variant: { ...rightVariant, imagesKept: 'last' },
  },
  {
    name: 'resumed-by-another-win',
    about: 'a host that is told to resume does not look whom the record names',
    property: 'lifecycle.resume-by-record',
    steps: 16,
    bounds: { ...suspending, joins: 0 },
    variant: withCharts({
      failover: failover.provide({
        guards: {
          isAloneMine: ({ event }) =>
            event.type === 'arbiter.answered' && event.record?.phase === 'alone',
        },
      }),
    }),
  },
  {
    name: 'turned-off-unrecorded',
    about: 'protection is reported off when it is asked for',
    property: 'lifecycle.turn-off-removes-eligibility',
    steps: 16,
    bounds: parting,
    variant: withCharts({
      pairing: pairing.provide({
        actions: {
          wantAlone: emit({ type: 'report', state: 'notConfigured', reason: 'turn-off' }),
        },
      }),
    }),
  },
  {
    name: 'yielded-running',
    about: 'an owner yields and lets its guest run',
    property: 'failover.stop-before-yield',
    steps: 16,
    bounds: yielding,
    variant: withCharts({
      pairing: pairing.provide({ actions: { pauseGuest: enqueueActions(() => {}) } }),
    }),
  },
  {
    name: 'taken-back-unread',
    about: 'an owner that has waited for its backup long enough takes its guest back',
    property: 'failover.yield-not-taken',
    steps: 17,
    bounds: yielding,
    variant: withCharts({
      pairing: pairing.provide({
        actions: {
          wantAlone: emit({ type: 'host.tell', to: 'logging', event: { type: 'guest.freed' } }),
        },
      }),
    }),
  },
  {
    name: 'yielded-in-doubt',
    about: 'an owner yields to a backup that it suspects',
    property: 'lifecycle.test-failover-needs-running',
    steps: 17,
    bounds: yielding,
    variant: withCharts({
      failover: failover.provide({
        actions: {
          refuseNotProtected: emit({
            type: 'host.tell',
            to: 'pairing',
            event: { type: 'yield.granted' },
          }),
        },
      }),
    }),
  },
  {
    name: 'lost-without-proof',
    about: 'the manager declares a machine lost whose eligible backup lives',
    property: 'arbitration.declare-lost-with-proof',
    steps: 16,
    bounds: { ...once, operations: ['declare-lost'] },
    variant: { ...rightVariant, declaredLost: 'of-the-owner' },
  },
];
