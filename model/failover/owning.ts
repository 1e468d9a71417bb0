// The owner at the arbiter: what it asks, and what each record that comes back means. Spec: protocol, "Arbitration".

import { askedAgain, noAnswer, trustedAgain, trustedTooLate } from './answers.ts';
import { failoverSetup } from './setup.ts';

export const owning = failoverSetup.createStateConfig({
  initial: 'settled',
  on: {
    'join.wanted': { actions: 'wantJoin' },
    'protect.wanted': { actions: 'wantProtect' },
    'surrender.wanted': { actions: 'wantSurrender' },
    'alone.wanted': { actions: 'wantAlone' },
    'power-off.wanted': { actions: 'wantPowerOff' },
    'suspend.wanted': { actions: 'wantSuspend' },
    'yield.wanted': {
      actions: 'refuseNotProtected',
      meta: { requirements: ['lifecycle.test-failover-needs-running'] },
    },
    'replacement.wanted': {
      actions: 'refuseNotProtected',
      meta: { requirements: ['lifecycle.test-failover-needs-running'] },
    },
    'replacement.readied': { actions: 'wantReplacement' },
    'replacement.dropped': { actions: 'wantTouch' },
    'channel.broken': { actions: 'mournChannel' },
    'peer.suspected': { actions: 'suspect' },
    'peer.trusted': { actions: 'trust' },
    'peer.diverged': {
      actions: 'noteDivergence',
      meta: { requirements: ['divergence.stop-and-renounce', 'divergence.reported'] },
    },
  },
  states: {
    settled: {
      meta: { requirements: ['arbitration.no-expiry', 'arbitration.only-named-may-ask'] },
      always: [
        { guard: 'isPowerOffWanted', target: 'asking', actions: 'intendWanted' },
        {
          guard: 'isPeerGone',
          target: 'asking',
          actions: ['tellParting', 'intendAlone'],
          meta: { requirements: ['failover.alone-after-record'] },
        },
        {
          guard: 'isSuspendWanted',
          target: 'asking',
          actions: ['tellSuspending', 'intendWanted'],
          meta: { requirements: ['lifecycle.suspend-settles-outputs'] },
        },
        {
          guard: 'isReplacementWanted',
          target: 'asking',
          actions: ['tellReplacing', 'intendWanted'],
          meta: { requirements: ['pairing.replacement-caught-up'] },
        },
        {
          guard: 'isProtectionWanted',
          target: 'asking',
          actions: ['tellProtecting', 'intendWanted'],
          meta: { requirements: ['pairing.sync-failure-leaves-owner-running'] },
        },
        { guard: 'isWanting', target: 'asking', actions: 'intendWanted' },
      ],
      on: {
        'yield.wanted': {
          guard: 'isGuarded',
          actions: 'grantYield',
          meta: { requirements: ['lifecycle.test-failover-needs-running'] },
        },
        'replacement.wanted': {
          guard: 'isGuarded',
          actions: 'grantReplacement',
          meta: { requirements: ['lifecycle.test-failover-needs-running'] },
        },
        'channel.broken': {
          guard: 'isGuarded',
          actions: 'spareChannel',
          meta: { requirements: ['pairing.closed-channel-is-silence'] },
        },
        'epoch.surpassed': {
          target: 'asking',
          actions: 'intendRead',
          meta: { requirements: ['arbitration.higher-epoch-reads-record'] },
        },
        'storage.fenced': {
          target: 'asking',
          actions: 'intendRead',
          meta: { requirements: ['storage.fenced-reads-record'] },
        },
      },
    },
    asking: {
      entry: 'ask',
      meta: { requirements: ['arbitration.wait-while-unreachable'] },
      on: {
        'retry.due': askedAgain,
        'alone.wanted': [{ guard: 'isGoingAlone' }, { actions: 'wantAlone' }],
        'peer.trusted': [trustedAgain, trustedTooLate],
        'arbiter.answered': [
          noAnswer,
          { guard: 'isStillAlone', target: 'resolving', actions: 'remember' },
          {
            guard: 'isStopped',
            target: '#failover.uninvolved',
            actions: ['remember', 'settleDoubts', 'leave', 'tellStopped'],
            meta: {
              requirements: ['lifecycle.power-off-recorded', 'lifecycle.suspend-recorded'],
            },
          },
          {
            guard: 'isStoppingAlone',
            target: 'resolving',
            actions: ['remember', 'settleDoubts', 'tellAlone'],
          },
          {
            guard: 'isPairMade',
            target: 'settled',
            // The pairing chart tells the backup first, and then wants it again.
            actions: ['remember', 'tellProtected'],
            meta: { requirements: ['lifecycle.power-off-logged'] },
          },
          { guard: 'isStoppingMine', target: 'resolving', actions: 'remember' },
          {
            guard: 'isAloneMine',
            target: 'settled',
            actions: ['remember', 'settleDoubts', 'tellAlone'],
            meta: {
              requirements: [
                'failover.alone-after-record',
                'arbitration.outcome-by-reading',
                'arbitration.own-win-recognised',
              ],
            },
          },
          { guard: 'isJoiningMine', target: 'resolving', actions: 'remember' },
          {
            guard: 'isTouched',
            target: 'settled',
            actions: 'remember',
            meta: { requirements: ['pairing.replacement-given-up'] },
          },
          { guard: 'isProtectedMine', target: 'resolving', actions: 'remember' },
          {
            target: '#failover.halted',
            actions: ['remember', 'leave', 'tellLost'],
            meta: { requirements: ['failover.loser-halts', 'arbitration.outcome-by-reading'] },
          },
        ],
      },
    },
    resolving: {
      meta: { requirements: ['arbitration.outcome-by-reading'] },
      always: [
        { guard: 'isRead', target: 'settled' },
        { guard: 'isJoined', target: 'settled', actions: 'tellJoining' },
        {
          guard: 'isPairToTell',
          target: 'settled',
          // The pairing chart tells the backup first, and then wants it again.
          actions: ['wantNothing', 'intendPowerOff', 'tellProtected'],
          meta: { requirements: ['lifecycle.power-off-logged'] },
        },
        { guard: 'isPowerOffWanted', target: 'settled' },
        {
          guard: 'isProtected',
          target: 'settled',
          actions: 'tellProtected',
          meta: { requirements: ['pairing.eligible-when-recorded'] },
        },
        {
          guard: 'isReplaced',
          target: 'settled',
          actions: ['settleDoubts', 'tellReplaced'],
          meta: { requirements: ['arbitration.outcome-by-reading'] },
        },
        { guard: 'isSurrenderTooLate', target: 'asking', actions: 'intendAlone' },
        {
          target: 'asking',
          meta: {
            requirements: ['arbitration.unresolved-request', 'arbitration.refusal-is-not-loss'],
          },
        },
      ],
    },
  },
});
