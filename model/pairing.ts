// Pairing: whom this node belongs with, what it has reported, and how a backup is made. Spec: protocol, "Pairing".
// Sees the manager, the channel, every message's envelope, `join.due`, `yield.due` and `alive.due`; hands what is authentic to the other charts.
// Rules that win: a message outside the session is nothing, unless its epoch is higher; T4 once asked for is resolved
// first, whatever the channel does.

import { busy, refusedHello } from './pairing/arrivals.ts';
import { backup } from './pairing/backup.ts';
import { refusedEarly, refusedElsewhere } from './pairing/operations.ts';
import { owner } from './pairing/owner.ts';
import { pairingSetup } from './pairing/setup.ts';

export const pairing = pairingSetup.createMachine({
  id: 'pairing',
  context: ({ input }) => ({
    self: input.self,
    reconnect: input.reconnect,
    peer: '',
    epoch: 0,
    connection: 0,
    connectionMax: 0,
    connectionTaken: 0,
    unanswered: false,
    epochMax: 0,
    reported: 'notConfigured',
    replacement: '',
    replacementConnection: 0,
    replaces: 0,
    greeted: false,
  }),
  initial: 'idle',
  meta: {
    requirements: [
      'lifecycle.unusable-input-ignored',
      'lifecycle.states',
      'lifecycle.state-change-event',
    ],
  },
  on: {
    'manager.start': { actions: 'refuseStarted' },
    'manager.resume': { actions: 'refuseStarted' },
    ...refusedElsewhere,
    'channel.opened': { actions: 'seeConnection' },
    'epoch.seen': { actions: 'seeEpoch' },
  },
  states: {
    idle: {
      on: {
        'manager.start': { target: 'starting', actions: 'wantStart' },
        'manager.resume': {
          target: 'starting',
          actions: 'wantResume',
          meta: { requirements: ['lifecycle.resume-by-record'] },
        },
        'hello.received': [
          {
            guard: 'isWelcomeHello',
            target: 'backup',
            actions: ['adoptSession', 'sendWelcome', 'beginBeats', 'beginAlives', 'tellJoined'],
            meta: { requirements: ['pairing.hello-checks'] },
          },
          refusedHello,
        ],
      },
    },
    starting: {
      on: {
        'hello.received': busy,
        'start.refused': { target: 'idle', actions: 'reportNotConfigured' },
        'record.taken': 'powering',
      },
    },
    powering: {
      meta: { requirements: ['storage.new-owner-fences'] },
      on: {
        ...refusedEarly,
        'hello.received': busy,
        'record.alone': {
          target: 'owner',
          actions: ['adoptEpoch', 'openGate', 'runGuest', 'reportNeedSecondary'],
          meta: {
            requirements: [
              'storage.new-owner-fences',
              'protection.need-secondary-reason',
              'lifecycle.power-on-by-record',
            ],
          },
        },
        'ownership.lost': { target: 'halted', actions: ['haltGuest', 'reportHalted'] },
      },
    },
    owner,
    backup,
    succeeding: {
      meta: { requirements: ['failover.promoted-after-record', 'pairing.sealed-refuses'] },
      on: {
        ...refusedEarly,
        'hello.received': busy,
        'record.alone': {
          target: 'owner',
          actions: ['adoptEpoch', 'runGuest', 'reportNeedSecondary'],
          meta: {
            requirements: [
              'failover.promoted-after-record',
              'failover.new-epoch',
              'protection.need-secondary-reason',
            ],
          },
        },
        'ownership.lost': {
          target: 'halted',
          actions: ['haltGuest', 'shutGate', 'reportHalted', 'forgetSession'],
          meta: { requirements: ['divergence.never-live'] },
        },
        'machine.condemned': {
          target: 'ending',
          actions: ['haltGuest', 'shutGate'],
          meta: { requirements: ['lifecycle.power-off-finished-by-backup'] },
        },
      },
    },
    ending: {
      meta: { requirements: ['lifecycle.power-off-finished-by-backup'] },
      on: {
        ...refusedEarly,
        'hello.received': busy,
        'machine.stopped': {
          target: 'idle',
          actions: ['forgetSession', 'reportStopped'],
          meta: { requirements: ['lifecycle.power-off-recorded'] },
        },
        'ownership.lost': {
          target: 'halted',
          actions: ['reportHalted', 'forgetSession'],
          meta: { requirements: ['lifecycle.power-off-superseded'] },
        },
      },
    },
    halted: {
      meta: { requirements: ['failover.loser-halts', 'failover.loser-rejoins-by-joining'] },
      on: {
        'hello.received': [
          {
            guard: 'isWelcomeHello',
            target: 'backup',
            actions: ['adoptSession', 'sendWelcome', 'beginBeats', 'beginAlives', 'tellJoined'],
            meta: { requirements: ['pairing.hello-checks'] },
          },
          refusedHello,
        ],
      },
    },
  },
});
