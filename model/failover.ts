// Failover: the node's only voice at the arbiter, and the steps of a takeover. Spec: protocol, "Arbitration", "Failover".
// Sees arbiter answers, the fence's answer, `retry.due`, and tells of what the other charts want or suspect.
// Rule that wins: the content of the record that came back decides, never whether the swap was accepted; one request at
// a time, and what is wanted meanwhile waits for its outcome.

import { noAnswer } from './failover/answers.ts';
import { backing } from './failover/backing.ts';
import { owning } from './failover/owning.ts';
import { failoverSetup } from './failover/setup.ts';

export const failover = failoverSetup.createMachine({
  id: 'failover',
  context: ({ input }) => ({
    self: input.self,
    record: null,
    intent: 'read',
    wanted: null,
    aloneFor: 'lost-backup',
    peer: null,
    epoch: 0,
    replaces: 0,
    suspected: false,
    lost: false,
    diverged: false,
    yielded: false,
    poweringOff: false,
    fenced: false,
    fenceLost: false,
    consumed: false,
    imageToken: 0,
  }),
  initial: 'uninvolved',
  meta: {
    requirements: [
      'lifecycle.unusable-input-ignored',
      'arbitration.listed-transitions',
      'arbitration.one-kind-of-request',
      'failover.single-transition',
    ],
  },
  states: {
    uninvolved: {
      on: {
        'start.wanted': [
          { guard: 'isRecordOff', target: 'starting', actions: 'intendPowerOn' },
          {
            target: 'starting',
            actions: 'intendRead',
            meta: { requirements: ['arbitration.only-named-may-ask'] },
          },
        ],
        'resume.wanted': [
          {
            guard: 'isRecordSuspended',
            target: 'starting',
            actions: ['wantResume', 'intendResume'],
            meta: { requirements: ['lifecycle.resume-by-record'] },
          },
          {
            target: 'starting',
            actions: ['wantResume', 'intendRead'],
            meta: { requirements: ['arbitration.only-named-may-ask'] },
          },
        ],
        'backup.joined': { target: 'backing', actions: ['settleDoubts', 'becomeBackup'] },
      },
    },
    starting: {
      entry: 'ask',
      meta: {
        requirements: ['arbitration.compare-and-swap-record', 'arbitration.name-incarnations'],
      },
      on: {
        'retry.due': {
          target: 'starting',
          reenter: true,
          meta: {
            requirements: [
              'arbitration.unresolved-request',
              'arbitration.retry-while-unreachable',
              'arbitration.resend-request',
            ],
          },
        },
        'arbiter.answered': [
          noAnswer,
          {
            guard: 'isAloneMine',
            target: 'succeeding',
            actions: ['remember', 'expectNothing', 'tellTaken'],
            meta: {
              requirements: ['arbitration.outcome-by-reading', 'lifecycle.power-on-by-record'],
            },
          },
          {
            guard: 'isResumable',
            target: 'starting',
            reenter: true,
            actions: ['remember', 'intendResume'],
            meta: {
              requirements: ['lifecycle.resume-by-record', 'arbitration.outcome-by-reading'],
            },
          },
          {
            guard: 'isStartable',
            target: 'starting',
            reenter: true,
            actions: ['remember', 'intendPowerOn'],
            meta: { requirements: ['arbitration.outcome-by-reading'] },
          },
          { target: 'uninvolved', actions: ['remember', 'leave', 'tellRefused'] },
        ],
      },
    },
    owning,
    backing,
    won: {
      meta: { requirements: ['failover.promoted-after-record', 'failover.without-management'] },
      always: [
        { guard: 'isDiverged', target: 'ending', actions: ['tellTaken', 'tellEnded'] },
        {
          guard: 'isPoweringOff',
          target: 'finishing',
          actions: ['tellTaken', 'tellCondemned'],
          meta: { requirements: ['lifecycle.power-off-finished-by-backup'] },
        },
        { target: 'succeeding', actions: ['tellTaken', 'sealLog'] },
      ],
    },
    succeeding: {
      entry: 'fence',
      meta: {
        requirements: [
          'failover.seal-log',
          'failover.fence-before-live',
          'failover.consume-before-live',
          'storage.new-owner-fences',
        ],
      },
      always: [
        {
          guard: 'isPoweredOn',
          target: 'owning',
          actions: ['settleDoubts', 'tellAlone'],
          meta: { requirements: ['storage.new-owner-fences'] },
        },
        {
          guard: 'isResumed',
          target: 'loading',
          meta: { requirements: ['lifecycle.resume-by-record', 'storage.new-owner-fences'] },
        },
        {
          guard: 'isReady',
          target: 'reissuing',
          meta: {
            requirements: ['failover.fence-before-live', 'failover.consume-before-live'],
          },
        },
      ],
      on: {
        'disk.answered': [
          { guard: 'isFenceDone', actions: 'noteFence' },
          { guard: 'isFenceFailed', actions: 'noteFenceLoss' },
        ],
        'retry.due': { guard: 'isFenceLost', actions: ['forgetFenceLoss', 'fence'] },
        'log.consumed': { actions: 'noteConsumption' },
        'log.diverged': {
          target: 'ending',
          actions: ['noteDivergence', 'tellEnded'],
          meta: { requirements: ['divergence.never-live', 'divergence.reported'] },
        },
      },
    },
    loading: {
      entry: 'loadImage',
      meta: { requirements: ['lifecycle.image-by-token', 'lifecycle.resume-by-record'] },
      on: {
        'guest.loaded': {
          target: 'owning',
          actions: ['settleDoubts', 'announce', 'tellLoaded', 'tellAlone'],
          meta: { requirements: ['lifecycle.resume-by-record', 'failover.announce-address'] },
        },
      },
    },
    reissuing: {
      entry: ['announce', 'tellOutputsDue'],
      meta: {
        requirements: ['failover.announce-address', 'failover.reissue-open-operations'],
      },
      on: {
        'outputs.reissued': {
          target: 'owning',
          actions: ['settleDoubts', 'tellAlone'],
          meta: { requirements: ['failover.promoted-after-record'] },
        },
      },
    },
    ending: {
      entry: ['intendEnd', 'ask'],
      meta: { requirements: ['divergence.never-live', 'divergence.owner-gone-ends'] },
      on: {
        'backup.joined': { target: 'backing', actions: ['settleDoubts', 'becomeBackup'] },
        'retry.due': { target: 'ending', reenter: true },
        'arbiter.answered': [
          noAnswer,
          { guard: 'isAloneMine', target: 'ending', reenter: true, actions: 'remember' },
          { target: 'halted', actions: ['remember', 'leave', 'settleDoubts'] },
        ],
      },
    },
    finishing: {
      entry: ['intendEnd', 'ask'],
      meta: { requirements: ['lifecycle.power-off-finished-by-backup'] },
      on: {
        'retry.due': { target: 'finishing', reenter: true },
        'arbiter.answered': [
          noAnswer,
          { guard: 'isAloneMine', target: 'finishing', reenter: true, actions: 'remember' },
          {
            guard: 'isOff',
            target: 'uninvolved',
            actions: ['remember', 'leave', 'settleDoubts', 'tellStopped'],
            meta: { requirements: ['lifecycle.power-off-recorded'] },
          },
          {
            target: 'halted',
            actions: ['remember', 'leave', 'settleDoubts', 'tellLost'],
            meta: { requirements: ['lifecycle.power-off-superseded'] },
          },
        ],
      },
    },
    halted: {
      meta: { requirements: ['failover.loser-halts', 'failover.loser-rejoins-by-joining'] },
      on: {
        'backup.joined': { target: 'backing', actions: ['settleDoubts', 'becomeBackup'] },
      },
    },
  },
});
