// The backup at the arbiter: suspicion, the read before anything, what it asks. Spec: protocol, "Arbitration", "Failover".

import { askedAgain, noAnswer, trustedAgain, trustedTooLate } from './answers.ts';
import { failoverSetup } from './setup.ts';

export const backing = failoverSetup.createStateConfig({
  initial: 'steady',
  on: {
    'channel.broken': { actions: 'mournChannel' },
    'channel.regained': { actions: 'forgetLoss' },
    'resumption.asked': { actions: 'grantResumption' },
    'peer.suspected': { actions: 'suspect' },
    'peer.trusted': { actions: 'trust' },
    'log.diverged': { actions: 'noteDivergence' },
    'replacement.doubted': { actions: 'doubt' },
    'power-off.held': {
      actions: 'notePowerOff',
      meta: { requirements: ['lifecycle.power-off-entry-ends-replay'] },
    },
    'yield.consumed': { actions: 'noteYield' },
    'member.left': { target: 'uninvolved', actions: ['leave', 'settleDoubts'] },
  },
  states: {
    steady: {
      meta: { requirements: ['heartbeat.suspicion-is-not-live'] },
      on: {
        'channel.broken': {
          actions: ['noteLoss', 'spareChannel'],
          meta: { requirements: ['pairing.closed-channel-is-silence'] },
        },
        'peer.suspected': {
          target: 'asking',
          actions: ['suspect', 'intendRead'],
          meta: { requirements: ['failover.read-before-discard'] },
        },
        'yield.consumed': {
          target: 'asking',
          actions: ['noteYield', 'intendRead'],
          meta: { requirements: ['failover.yield-needs-no-timeout'] },
        },
        'log.diverged': {
          target: 'asking',
          actions: ['noteDivergence', 'intendRead'],
          meta: { requirements: ['divergence.stop-and-renounce'] },
        },
        'epoch.surpassed': {
          target: 'asking',
          actions: 'intendRead',
          meta: { requirements: ['arbitration.higher-epoch-reads-record'] },
        },
        'replacement.doubted': {
          target: 'asking',
          actions: ['doubt', 'intendRead'],
          meta: { requirements: ['pairing.replacement-waits-for-record'] },
        },
        'replacement.overdue': {
          target: 'asking',
          actions: 'intendRead',
          meta: { requirements: ['pairing.replacement-waits-for-record'] },
        },
      },
    },
    /** A replacement whose record may yet come: it asks until that is decided. */
    awaiting: {
      meta: { requirements: ['pairing.replacement-waits-for-record'] },
      on: {
        'retry.due': { target: 'asking', actions: 'intendRead' },
        'epoch.surpassed': { target: 'asking', actions: 'intendRead' },
        'replacement.doubted': { target: 'asking', actions: ['doubt', 'intendRead'] },
      },
    },
    wary: {
      meta: { requirements: ['failover.read-before-discard'] },
      on: {
        'retry.due': { target: 'asking', actions: 'intendRead' },
        'epoch.surpassed': { target: 'asking', actions: 'intendRead' },
        'peer.trusted': [
          { guard: 'isInDoubt', actions: 'trust' },
          { target: 'steady', actions: 'trust' },
        ],
        'peer.suspected': { target: 'asking', actions: ['suspect', 'intendRead'] },
        'yield.consumed': { target: 'asking', actions: ['noteYield', 'intendRead'] },
        'log.diverged': { target: 'asking', actions: ['noteDivergence', 'intendRead'] },
      },
    },
    asking: {
      entry: 'ask',
      meta: { requirements: ['arbitration.wait-while-unreachable'] },
      on: {
        'retry.due': askedAgain,
        'resumption.asked': [
          { guard: 'isRead', actions: 'grantResumption' },
          {
            actions: 'refuseArbitrating',
            meta: { requirements: ['pairing.arbitrating-answer'] },
          },
        ],
        'peer.suspected': {
          guard: 'isReadOutdated',
          target: 'asking',
          reenter: true,
          actions: 'suspect',
          meta: { requirements: ['failover.read-before-discard'] },
        },
        'peer.trusted': [trustedAgain, trustedTooLate],
        'arbiter.answered': [
          noAnswer,
          {
            guard: 'isAloneMine',
            target: '#failover.won',
            actions: 'remember',
            meta: {
              requirements: [
                'failover.promoted-after-record',
                'failover.new-epoch',
                'arbitration.own-win-recognised',
              ],
            },
          },
          {
            guard: 'isReplacementBereft',
            target: 'eligible',
            actions: ['remember', 'becomeEligible', 'suspectLoss', 'tellReplaced'],
            meta: { requirements: ['pairing.eligible-when-recorded'] },
          },
          {
            guard: 'isReplacementChosen',
            target: 'steady',
            actions: ['remember', 'becomeEligible', 'tellReplaced'],
            meta: { requirements: ['pairing.eligible-when-recorded'] },
          },
          {
            guard: 'isReplacementAwaited',
            target: 'awaiting',
            actions: 'remember',
            meta: { requirements: ['pairing.replacement-waits-for-record'] },
          },
          { guard: 'isBackupProtected', target: 'eligible', actions: 'remember' },
          { guard: 'isBackupJoiningInDoubt', target: 'wary', actions: 'remember' },
          { guard: 'isBackupJoining', target: 'steady', actions: 'remember' },
          {
            guard: 'isPoweredOff',
            target: '#failover.uninvolved',
            actions: ['remember', 'settleDoubts', 'leave', 'tellStopped'],
            meta: {
              requirements: ['lifecycle.power-off-recorded', 'failover.read-before-discard'],
            },
          },
          {
            target: '#failover.uninvolved',
            actions: ['remember', 'leave', 'settleDoubts', 'tellDiscarded'],
            meta: {
              requirements: ['failover.read-before-discard', 'failover.discard-when-not-named'],
            },
          },
        ],
      },
    },
    eligible: {
      meta: {
        requirements: [
          'pairing.eligible-when-recorded',
          'arbitration.only-named-may-ask',
          'failover.named-is-candidate',
        ],
      },
      always: [
        {
          guard: 'isTakeover',
          target: 'asking',
          meta: { requirements: ['arbitration.unresolved-request'] },
        },
        {
          guard: 'isFinishing',
          target: 'asking',
          meta: { requirements: ['arbitration.unresolved-request'] },
        },
        {
          guard: 'isDiverged',
          target: 'asking',
          actions: 'intendRenounce',
          meta: {
            requirements: [
              'divergence.stop-and-renounce',
              'divergence.never-live',
              'divergence.owner-is-truth',
            ],
          },
        },
        {
          guard: 'isLeftPoweringOff',
          target: 'asking',
          actions: 'intendPowerOff',
          meta: { requirements: ['lifecycle.power-off-finished-by-backup'] },
        },
        { guard: 'isLeft', target: 'asking', actions: 'intendTakeover' },
        { target: 'steady', meta: { requirements: ['heartbeat.suspicion-is-not-live'] } },
      ],
    },
  },
});
