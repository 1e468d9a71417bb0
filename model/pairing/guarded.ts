// The owner of a pair that the record calls protected, in the pairing chart, and what the manager may ask of it.
// Spec: protocol, "Heartbeat", "Lifecycle".

import { surpassed } from './arrivals.ts';
import { refusedMeanwhile } from './operations.ts';
import { reopening } from './reopening.ts';
import { pairingSetup } from './setup.ts';

/** Alone by the record: the pair is no more. */
const parted = ['adoptEpoch', 'forgetPeer', 'closeChannel', 'endHeartbeat'] as const;

export const guarded = pairingSetup.createStateConfig({
  initial: 'steady',
  meta: { requirements: ['output.hold-until-acknowledged'] },
  on: {
    'channel.closed': {
      guard: 'isOwnConnection',
      actions: ['forgetConnection', 'mournChannel'],
      meta: { requirements: ['heartbeat.suspect-on-silence'] },
    },
    'peer.misbehaved': {
      guard: 'isConnected',
      actions: ['closeChannel', 'mournChannel'],
      meta: { requirements: ['logging.acknowledgement-beyond-sent'] },
    },
    'acknowledge.received': [
      { guard: 'isSession', actions: ['hearChannel', 'passAcknowledgement'] },
      {
        guard: 'isFutureAcknowledgement',
        actions: ['closeChannel', 'mournChannel'],
        meta: { requirements: ['logging.acknowledgement-beyond-sent'] },
      },
      { guard: 'isHigherEpoch', actions: 'tellSurpassed' },
      { meta: { requirements: ['logging.ignore-old-epoch'] } },
    ],
    'diverged.received': [
      {
        guard: 'isSession',
        actions: ['hearChannel', 'tellPeerDiverged', 'giveUp'],
        meta: { requirements: ['divergence.stop-and-renounce'] },
      },
      surpassed,
    ],
    'log.resumable': { actions: 'sendHelloAgain' },
    'manager.power-off': {
      target: '#pairing.owner.stopping',
      actions: ['silenceGuest', 'logPowerOff', 'wantPowerOff', 'giveUp'],
      meta: {
        requirements: ['lifecycle.power-off-stops-first', 'lifecycle.power-off-logged'],
      },
    },
    'manager.suspend': {
      target: '#pairing.owner.suspending',
      actions: ['settleGuest', 'giveUp'],
      meta: { requirements: ['lifecycle.suspend-settles-outputs'] },
    },
    'manager.turn-off': {
      target: '.retiring',
      actions: ['wantAlone', 'giveUp'],
      meta: { requirements: ['lifecycle.turn-off-removes-eligibility'] },
    },
    'manager.restart-secondary': {
      target: '.restarting',
      actions: ['wantAlone', 'giveUp'],
      meta: { requirements: ['lifecycle.turn-off-removes-eligibility'] },
    },
    'manager.test-failover': {
      actions: 'wantYield',
      meta: { requirements: ['lifecycle.test-failover-needs-running'] },
    },
    'yield.granted': {
      target: '.yielding',
      actions: ['pauseGuest', 'logYield', 'giveUp'],
      meta: { requirements: ['failover.stop-before-yield'] },
    },
  },
  states: {
    steady: {
      on: {
        'channel.closed': {
          guard: 'isRegainable',
          actions: ['forgetConnection', 'askToSpare'],
          meta: { requirements: ['pairing.closed-channel-is-silence'] },
        },
        'channel.spared': {
          target: 'reopening',
          actions: 'reopenChannel',
          meta: {
            requirements: [
              'pairing.closed-channel-is-silence',
              'logging.reconnect-keeps-held',
              'pairing.hello-connection-number',
            ],
          },
        },
      },
    },
    reopening,
    retiring: {
      on: {
        ...refusedMeanwhile,
        'record.alone': {
          target: '#pairing.owner.alone',
          actions: [...parted, 'reportTurnedOff', 'openGate'],
          meta: { requirements: ['lifecycle.turn-off-removes-eligibility'] },
        },
      },
    },
    restarting: {
      on: {
        ...refusedMeanwhile,
        'record.alone': {
          target: '#pairing.owner.alone',
          actions: [...parted, 'reportRestarting', 'openGate'],
          meta: { requirements: ['protection.need-secondary-reason'] },
        },
      },
    },
    yielding: {
      meta: { requirements: ['failover.stop-before-yield'] },
      on: {
        ...refusedMeanwhile,
        'yield.due': {
          actions: 'wantAlone',
          meta: { requirements: ['failover.yield-not-taken'] },
        },
        'record.alone': {
          target: '#pairing.owner.alone',
          actions: [...parted, 'reportNeedSecondary', 'openGate', 'freeGuest'],
          meta: { requirements: ['failover.yield-not-taken'] },
        },
      },
    },
  },
});
