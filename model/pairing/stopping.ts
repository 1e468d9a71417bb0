// The owner that stops its machine, in the pairing chart: suspending it, and asking for off or suspended.
// Spec: protocol, "Lifecycle".

import { arrivalsInDoubt } from './arrivals.ts';
import { refusedMeanwhile } from './operations.ts';
import { pairingSetup } from './setup.ts';

/** A T7 that was outstanding is read as won; what stops the machine goes on alone. */
const parted = [
  'adoptEpoch',
  'forgetPeer',
  'closeChannel',
  'endHeartbeat',
  'reportNeedSecondary',
] as const;

export const suspending = pairingSetup.createStateConfig({
  initial: 'settling',
  meta: { requirements: ['lifecycle.suspend-settles-outputs'] },
  on: {
    ...arrivalsInDoubt,
    ...refusedMeanwhile,
    'record.alone': {
      actions: [...parted, 'openGate'],
      meta: { requirements: ['failover.alone-after-record'] },
    },
  },
  states: {
    settling: { on: { 'log.settled': 'saving' } },
    saving: {
      on: {
        'guest.saved': [
          {
            guard: 'isSaved',
            target: '#pairing.owner.stopping',
            actions: ['silenceGuest', 'wantSuspend'],
            meta: { requirements: ['lifecycle.suspend-settles-outputs'] },
          },
          {
            guard: 'isPaired',
            target: '#pairing.owner.guarded',
            actions: ['freeGuest', 'reportAnew'],
          },
          { target: '#pairing.owner.alone', actions: ['freeGuest', 'reportAnew'] },
        ],
      },
    },
  },
});

export const stopping = pairingSetup.createStateConfig({
  initial: 'asking',
  meta: {
    requirements: ['lifecycle.power-off-stops-first', 'lifecycle.suspend-settles-outputs'],
  },
  on: {
    ...arrivalsInDoubt,
    ...refusedMeanwhile,
    'record.alone': { actions: [...parted, 'abandonLog'] },
    'machine.stopped': {
      target: '#pairing.idle',
      actions: [
        'haltGuest',
        'shutGate',
        'closeChannel',
        'endHeartbeat',
        'forgetSession',
        'reportStopped',
      ],
      meta: { requirements: ['lifecycle.power-off-recorded', 'lifecycle.suspend-recorded'] },
    },
  },
  states: {
    /** T4 is resolved first: what it made of the backup decides whether there is a pair to tell. */
    resolving: {
      on: {
        'record.alone': {
          target: 'asking',
          actions: [...parted, 'abandonLog', 'wantPowerOff'],
        },
        'record.protected': {
          target: 'asking',
          actions: ['reportRunning', 'beginWatch', 'mournIfLost', 'logPowerOff', 'wantPowerOff'],
          meta: { requirements: ['lifecycle.power-off-logged'] },
        },
      },
    },
    asking: {},
  },
});
