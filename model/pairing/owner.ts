// The owner in the pairing chart: alone, making a backup, with one. Spec: protocol, "Pairing", "Output".

import {
  aliveBeforeCopy,
  arrivalsInDoubt,
  busy,
  busyAndSurpassed,
  heard,
  surpassed,
  surrendered,
  surrenderedInTime,
} from './arrivals.ts';
import { guarded } from './guarded.ts';
import { refusedJoining, refusedNotProtected, refusedSecond } from './operations.ts';
import { replacing } from './replacing.ts';
import { pairingSetup } from './setup.ts';
import { stopping, suspending } from './stopping.ts';

export const owner = pairingSetup.createStateConfig({
  initial: 'alone',
  on: {
    'manager.protect': refusedSecond,
    'manager.power-off': {
      target: '.stopping',
      actions: ['silenceGuest', 'wantPowerOff'],
      meta: {
        requirements: ['lifecycle.power-off-stops-first', 'lifecycle.power-off-never-refused'],
      },
    },
    'manager.suspend': refusedJoining,
    'manager.turn-off': refusedJoining,
    'manager.restart-secondary': refusedJoining,
    'manager.test-failover': refusedNotProtected,
    'manager.replace-backup': refusedNotProtected,
    'hello.received': [busyAndSurpassed, busy],
    'welcome.received': surpassed,
    'refuse.received': surpassed,
    'copy.received': surpassed,
    'ready.received': [heard, surpassed],
    'entry.received': surpassed,
    'alive.received': [
      {
        guard: 'isSession',
        actions: ['hearChannel', 'passAlive'],
        meta: { requirements: ['flow.lag-in-acknowledgements'] },
      },
      surpassed,
    ],
    'diverged.received': surpassed,
    'beat.received': [
      {
        guard: 'isSession',
        actions: 'hearBeat',
        meta: { requirements: ['heartbeat.identified-beats', 'heartbeat.others-ignored'] },
      },
      surpassed,
    ],
    // It counts where there is a session: each state that may have one says so.
    'acknowledge.received': [
      { guard: 'isHigherEpoch', actions: 'tellSurpassed' },
      { meta: { requirements: ['logging.ignore-old-epoch'] } },
    ],
    'record.alone': {
      target: '.alone',
      actions: [
        'adoptEpoch',
        'forgetPeer',
        'closeChannel',
        'endHeartbeat',
        'reportNeedSecondary',
        'openGate',
      ],
      meta: {
        requirements: ['failover.alone-after-record', 'protection.need-secondary-reason'],
      },
    },
    'ownership.lost': {
      target: 'halted',
      actions: [
        'haltGuest',
        'shutGate',
        'closeChannel',
        'endHeartbeat',
        'reportHalted',
        'forgetSession',
      ],
      meta: { requirements: ['failover.loser-halts', 'output.nothing-after-loss'] },
    },
  },
  states: {
    alone: {
      on: {
        'manager.suspend': {
          target: 'suspending',
          actions: 'settleGuest',
          meta: { requirements: ['lifecycle.suspend-settles-outputs'] },
        },
        'manager.turn-off': {
          actions: 'reportTurnedOff',
          meta: { requirements: ['lifecycle.turn-off-removes-eligibility'] },
        },
        'manager.restart-secondary': refusedNotProtected,
        'manager.protect': [
          {
            guard: 'isOwnHost',
            actions: 'refuseSameHost',
            meta: { requirements: ['pairing.distinct-hosts'] },
          },
          {
            target: 'recording',
            actions: 'wantJoin',
            meta: {
              requirements: [
                'protection.new-backup-after-go-live',
                'pairing.incarnation-before-join',
              ],
            },
          },
        ],
      },
    },
    recording: {
      meta: { requirements: ['pairing.epoch-before-first-entry'] },
      on: {
        'record.joining': {
          target: 'joining',
          actions: ['adoptEpoch', 'adoptPeer', 'nameConnection', 'reportStarting', 'openChannel'],
          meta: {
            requirements: ['pairing.epoch-before-first-entry', 'pairing.hello-connection-number'],
          },
        },
      },
    },
    joining: {
      initial: 'connecting',
      on: {
        'join.due': surrenderedInTime,
        'refuse.received': [{ guard: 'isRefusal', ...surrendered }, surpassed],
        'peer.misbehaved': surrendered,
        'diverged.received': [{ guard: 'isSession', ...surrendered }, surpassed],
        'channel.closed': { guard: 'isOwnConnection', ...surrendered },
        'acknowledge.received': [
          { guard: 'isSession', actions: ['hearChannel', 'passAcknowledgement'] },
          { guard: 'isFutureAcknowledgement', ...surrendered },
          { guard: 'isHigherEpoch', actions: 'tellSurpassed' },
          { meta: { requirements: ['logging.ignore-old-epoch'] } },
        ],
      },
      states: {
        connecting: {
          on: {
            'channel.opened': {
              guard: 'isOwnConnection',
              target: 'greeting',
              actions: ['sendHello', 'beginBeats'],
            },
          },
        },
        greeting: {
          on: {
            'welcome.received': [
              {
                guard: 'isMisplacedWelcome',
                target: '#pairing.owner.surrendering',
                meta: {
                  requirements: [
                    'pairing.welcome-next-sequence',
                    'pairing.sync-failure-leaves-owner-running',
                  ],
                },
              },
              {
                guard: 'isSession',
                target: 'copying',
                actions: ['hearChannel', 'beginAlives', 'copyGuest'],
                meta: { requirements: ['pairing.exact-copy', 'pairing.hello-before-entries'] },
              },
              surpassed,
            ],
          },
        },
        copying: {
          on: {
            'alive.due': aliveBeforeCopy,
            'guest.copied': {
              target: 'syncing',
              actions: 'beginLog',
              meta: { requirements: ['pairing.exact-copy', 'pairing.first-entry-after-copy'] },
            },
          },
        },
        syncing: {
          on: {
            'ready.received': [
              {
                guard: 'isSession',
                target: 'draining',
                actions: ['hearChannel', 'closeGate'],
                meta: { requirements: ['pairing.drain-before-protect'] },
              },
              surpassed,
            ],
          },
        },
        draining: {
          on: {
            'log.drained': {
              target: 'drained',
              actions: 'wantProtect',
              meta: { requirements: ['pairing.drain-before-protect'] },
            },
          },
        },
        /** A request that is outstanding is resolved before T4 is asked. */
        drained: { on: { 'protection.asked': '#pairing.owner.protecting' } },
      },
    },
    protecting: {
      meta: { requirements: ['pairing.eligible-when-recorded'] },
      on: {
        ...arrivalsInDoubt,
        'manager.power-off': {
          target: 'stopping',
          actions: ['silenceGuest', 'wantPowerOff'],
          meta: { requirements: ['lifecycle.power-off-stops-first'] },
        },
        'record.protected': {
          target: 'guarded',
          actions: ['reportRunning', 'beginWatch', 'mournIfLost'],
          meta: {
            requirements: ['pairing.eligible-when-recorded', 'protection.running-when-read'],
          },
        },
      },
    },
    guarded,
    replacing,
    suspending,
    stopping,
    surrendering: {
      entry: ['closeChannel', 'endHeartbeat', 'abandonLog', 'wantSurrender'],
      meta: { requirements: ['pairing.sync-failure-leaves-owner-running'] },
    },
  },
});
