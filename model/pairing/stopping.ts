// The owner that stops its machine, in the pairing chart: suspending it, and asking for off or suspended.
// Spec: protocol, "Lifecycle".

import { arrivalsInDoubt } from './arrivals.ts';
import { refusedMeanwhile } from './operations.ts';
import { pairingSetup } from './setup.ts';

/** A T7 that was outstanding is read as won. */
const parted = ['adoptEpoch', 'forgetPeer', 'closeChannel', 'endHeartbeat'] as const;

export const suspending = pairingSetup.createStateConfig({
  initial: 'settling',
  meta: { requirements: ['lifecycle.suspend-settles-outputs'] },
  on: {
    ...arrivalsInDoubt,
    ...refusedMeanwhile,
    'record.alone': {
      actions: [...parted, 'reportNeedSecondary', 'openGate'],
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
            target: 'saved',
            actions: 'wantSuspend',
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
    /** A T7 outstanding is resolved before T10 is asked. */
    saved: {
      on: {
        'suspend.asked': {
          target: '#pairing.owner.stopping',
          actions: 'silenceGuest',
          meta: { requirements: ['lifecycle.suspend-settles-outputs'] },
        },
      },
    },
  },
});

export const stopping = pairingSetup.createStateConfig({
  meta: {
    requirements: ['lifecycle.power-off-stops-first', 'lifecycle.suspend-settles-outputs'],
  },
  on: {
    ...arrivalsInDoubt,
    ...refusedMeanwhile,
    // A T4 that was outstanding has made a pair, which is told before T9 is asked.
    'record.protected': {
      actions: ['beginWatch', 'mournIfLost', 'logPowerOff', 'wantPowerOff'],
      meta: { requirements: ['lifecycle.power-off-logged'] },
    },
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
});
