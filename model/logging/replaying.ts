// The log of a backup: held, acknowledged and replayed, until it is discarded or consumed. Spec: protocol, "Logging".

import { loggingSetup } from './setup.ts';

/** A guest that does not run makes nothing. */
export const refused = {
  'guest.input': { actions: 'refuseGuest' },
  'guest.output': { actions: 'refuseGuest' },
} as const;

export const replaying = loggingSetup.createStateConfig({
  initial: 'following',
  meta: { requirements: ['output.silent-in-replay', 'logging.not-beyond-log'] },
  on: {
    ...refused,
    'gate.shut': { target: 'shut', actions: ['endLog', 'dropGuest'] },
    'channel.lost': { actions: 'loseChannel' },
    'guest.applied': [
      {
        guard: 'isYieldApplied',
        actions: ['noteApplied', 'tellYield'],
        meta: { requirements: ['failover.yield-needs-no-timeout'] },
      },
      { guard: 'isNextApplied', actions: 'noteApplied' },
    ],
  },
  states: {
    following: {
      meta: {
        requirements: [
          'flow.backup-waits-when-empty',
          'arbitration.backup-replays-while-unreachable',
          'arbitration.acknowledge-while-unresolved',
        ],
      },
      on: {
        'entry.arrived': [
          {
            guard: 'isNextPowerOff',
            actions: ['holdEntry', 'noteEnd', 'acknowledge', 'tellPowerOff'],
            meta: {
              requirements: [
                'lifecycle.power-off-entry-ends-replay',
                'logging.acknowledge-held-entries',
              ],
            },
          },
          {
            guard: 'isNextYield',
            actions: ['holdEntry', 'noteEnd', 'acknowledge', 'applyEntry'],
            meta: { requirements: ['logging.acknowledge-held-entries'] },
          },
          {
            guard: 'isNextEntry',
            actions: ['holdEntry', 'acknowledge', 'applyEntry'],
            meta: {
              requirements: [
                'logging.acknowledge-held-entries',
                'logging.consecutive-sequence',
                'logging.apply-in-sequence',
                'logging.acknowledge-before-applying',
                'logging.acknowledge-promptly',
                'logging.acknowledgement-carries-epoch',
                'device.owner-completion-is-truth',
                'flow.lag-in-acknowledgements',
              ],
            },
          },
          {
            guard: 'isDuplicate',
            actions: ['noteWatermark', 'acknowledge'],
            meta: {
              requirements: [
                'logging.acknowledge-held-entries',
                'logging.drop-duplicates',
                'logging.acknowledgement-never-decreases',
                'flow.lag-in-acknowledgements',
              ],
            },
          },
          {
            actions: 'blamePeer',
            meta: {
              requirements: [
                'logging.undecodable-not-acknowledged',
                'logging.undecodable-stops-replay',
                'logging.nothing-after-gap',
              ],
            },
          },
        ],
        'alive.arrived': {
          actions: 'noteWatermark',
          meta: { requirements: ['logging.issued-watermark'] },
        },
        'alive.due': {
          actions: 'sendAlive',
          meta: { requirements: ['heartbeat.keep-alive-content', 'flow.lag-in-acknowledgements'] },
        },
        'guest.diverged': {
          guard: 'isHeld',
          target: 'diverged',
          actions: ['sendDiverged', 'tellDiverged'],
          meta: { requirements: ['divergence.stop-and-renounce'] },
        },
        'channel.broken': [
          { guard: 'isLogEnded', actions: ['loseChannel', 'tellLost'] },
          {
            actions: ['loseChannel', 'tellBroken'],
            meta: { requirements: ['pairing.closed-channel-is-silence'] },
          },
        ],
        'resumption.asked': { actions: 'passResumption' },
        'resumption.granted': [
          {
            guard: 'isWithoutGap',
            actions: ['adoptConnection', 'takeResumption'],
            meta: { requirements: ['logging.resume-at-next'] },
          },
          {
            actions: 'refuseSuperseded',
            meta: { requirements: ['logging.resume-not-kept'] },
          },
        ],
        'log.sealed': {
          target: 'consuming',
          actions: 'loseChannel',
          meta: { requirements: ['failover.seal-log'] },
        },
      },
    },
    diverged: {
      meta: { requirements: ['divergence.never-live'] },
      on: {
        'alive.due': { actions: 'sendAlive' },
        'channel.broken': { actions: ['loseChannel', 'tellLost'] },
        'resumption.asked': {
          actions: 'refuseBusy',
          meta: { requirements: ['pairing.sealed-refuses'] },
        },
      },
    },
    consuming: {
      meta: {
        requirements: [
          'failover.consume-before-live',
          'failover.seal-log',
          'failover.no-input-before-end',
        ],
      },
      always: { guard: 'isConsumed', target: 'consumed', actions: 'tellConsumed' },
      on: {
        'guest.diverged': {
          guard: 'isHeld',
          target: 'diverged',
          actions: 'tellDiverged',
          meta: { requirements: ['divergence.never-live'] },
        },
      },
    },
    consumed: {
      on: {
        'outputs.due': {
          target: '#logging.live',
          actions: ['takeToken', 'reissueOperations', 'reissueOutputs', 'endLog', 'tellReissued'],
          meta: {
            requirements: [
              'failover.reissue-open-operations',
              'output.reissue-after-takeover',
              'output.reissue-before-new',
              'output.not-below-watermark',
              'output.drop-at-takeover',
              'device.reissue-keeps-order',
            ],
          },
        },
      },
    },
  },
});
