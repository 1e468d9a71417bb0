// The backup in the pairing chart: welcomed, then ready. Spec: protocol, "Pairing", "Failover".

import { aliveBeforeCopy, busyAndSurpassed, busyFollowing, heard, surpassed } from './arrivals.ts';
import { pairingSetup } from './setup.ts';
import { chosen, waiting } from './waiting.ts';

export const backup = pairingSetup.createStateConfig({
  initial: 'welcomed',
  on: {
    'hello.received': [
      {
        guard: 'isUnfitReturn',
        actions: 'refuseHello',
        meta: { requirements: ['pairing.hello-checks'] },
      },
      busyAndSurpassed,
      busyFollowing,
    ],
    'welcome.received': surpassed,
    'refuse.received': surpassed,
    'copy.received': surpassed,
    'ready.received': surpassed,
    'entry.received': surpassed,
    'acknowledge.received': surpassed,
    'diverged.received': surpassed,
    'alive.received': [heard, surpassed],
    'beat.received': [
      {
        guard: 'isSession',
        actions: 'hearBeat',
        meta: { requirements: ['heartbeat.identified-beats', 'heartbeat.others-ignored'] },
      },
      surpassed,
    ],
    'machine.stopped': {
      target: 'idle',
      actions: [
        'haltGuest',
        'shutGate',
        'closeChannel',
        'endHeartbeat',
        'forgetSession',
        'reportStopped',
      ],
      meta: { requirements: ['lifecycle.power-off-recorded'] },
    },
    'membership.ended': {
      target: 'idle',
      actions: [
        'haltGuest',
        'shutGate',
        'closeChannel',
        'endHeartbeat',
        'forgetSession',
        'reportNotConfigured',
      ],
      meta: { requirements: ['failover.read-before-discard'] },
    },
  },
  states: {
    welcomed: {
      meta: { requirements: ['pairing.discard-when-not-ready'] },
      on: {
        'alive.due': aliveBeforeCopy,
        'copy.received': [
          {
            guard: 'isReplacementCopy',
            target: 'waiting',
            actions: ['restoreGuest', 'beginReplay', 'sendReady'],
            meta: { requirements: ['pairing.exact-copy', 'output.silent-in-replay'] },
          },
          {
            guard: 'isSession',
            target: 'ready',
            actions: ['restoreGuest', 'beginReplay', 'sendReady', 'beginWatch', 'tellReadied'],
            meta: { requirements: ['pairing.exact-copy', 'output.silent-in-replay'] },
          },
          surpassed,
        ],
        'channel.closed': {
          guard: 'isOwnConnection',
          target: '#pairing.idle',
          actions: [
            'forgetConnection',
            'haltGuest',
            'endHeartbeat',
            'tellLeft',
            'forgetSession',
            'reportNotConfigured',
          ],
        },
      },
    },
    waiting,
    chosen,
    ready: {
      on: {
        'entry.received': [
          {
            guard: 'isSession',
            actions: ['hearChannel', 'passEntry'],
            meta: { requirements: ['logging.acknowledge-held-entries'] },
          },
          surpassed,
        ],
        'alive.received': [
          {
            guard: 'isSession',
            actions: ['hearChannel', 'passAlive'],
            meta: { requirements: ['logging.issued-watermark'] },
          },
          surpassed,
        ],
        'hello.received': {
          guard: 'isFitReturn',
          actions: 'askToResume',
          meta: { requirements: ['pairing.hello-checks', 'pairing.hello-connection-number'] },
        },
        'resumption.refused': {
          actions: 'refuseResumption',
          meta: {
            requirements: [
              'pairing.arbitrating-answer',
              'pairing.sealed-refuses',
              'logging.resume-not-kept',
            ],
          },
        },
        'resumption.taken': {
          actions: [
            'closeChannel',
            'adoptConnection',
            'sendWelcomeAgain',
            'hearChannel',
            'tellRegained',
          ],
          meta: { requirements: ['pairing.newer-connection-replaces'] },
        },
        'channel.closed': [
          {
            guard: 'isRegainable',
            actions: ['forgetConnection', 'askToSpare'],
            meta: { requirements: ['pairing.closed-channel-is-silence'] },
          },
          {
            guard: 'isOwnConnection',
            actions: ['forgetConnection', 'mournChannel'],
            meta: { requirements: ['failover.read-before-discard'] },
          },
        ],
        'peer.misbehaved': {
          guard: 'isConnected',
          actions: ['closeChannel', 'mournChannel'],
          meta: {
            requirements: ['logging.undecodable-not-acknowledged', 'logging.gap-closes-connection'],
          },
        },
        'record.taken': {
          target: '#pairing.succeeding',
          actions: ['closeChannel', 'endHeartbeat', 'adoptEpoch', 'forgetPeer'],
          meta: { requirements: ['failover.seal-log'] },
        },
      },
    },
  },
});
