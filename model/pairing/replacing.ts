// The owner that replaces its backup, in the pairing chart: the pair stays what it is until the record names the
// replacement, and the guest stands still meanwhile. Spec: protocol, "Migration".

import { arrivalsInDoubt, surpassed } from './arrivals.ts';
import { refusedMeanwhile } from './operations.ts';
import { pairingSetup } from './setup.ts';

/** The attempt is over and the pair is as before: the guest runs on, whatever becomes of the request that follows. */
const ended = ['freeGuest', 'reportKept', 'forgetReplacement'] as const;
const givenUp = ['closeReplacement', ...ended] as const;
const untouched = {
  target: '#pairing.owner.guarded',
  actions: [...givenUp],
  meta: { requirements: ['pairing.replacement-given-up'] },
} as const;
const touched = {
  target: '#pairing.owner.guarded',
  actions: ['dropReplacement', ...givenUp],
  meta: { requirements: ['pairing.replacement-given-up'] },
} as const;
const endedBefore = {
  'join.due': untouched,
  'refuse.received': [{ guard: 'isReplacementRefusal', ...untouched }, surpassed],
  'channel.closed': [
    { guard: 'isReplacementConnection', ...untouched, actions: [...ended] },
    arrivalsInDoubt['channel.closed'],
  ],
  // A suspicion of the backup: what it asks changes the record.
  'parting.asked': untouched,
} as const;
const endedAfterCopy = {
  'join.due': touched,
  'refuse.received': [{ guard: 'isReplacementRefusal', ...touched }, surpassed],
  'channel.closed': [
    { guard: 'isReplacementConnection', ...touched, actions: ['dropReplacement', ...ended] },
    arrivalsInDoubt['channel.closed'],
  ],
  // A suspicion of the backup: what it asks changes the record.
  'parting.asked': untouched,
} as const;

/** The backup is the replacement now, and its log begins anew. */
const replaced = [
  'closeChannel',
  'endHeartbeat',
  'succeedBackup',
  'renewLog',
  'beginBeats',
  'beginWatch',
] as const;

export const replacing = pairingSetup.createStateConfig({
  initial: 'settling',
  meta: {
    requirements: [
      'lifecycle.one-migration',
      'lifecycle.backup-migration-replaces',
      'pairing.replacement-at-rest',
    ],
  },
  on: {
    ...arrivalsInDoubt,
    ...refusedMeanwhile,
    'record.alone': {
      target: '#pairing.owner.alone',
      actions: [
        'adoptEpoch',
        'forgetPeer',
        'closeChannel',
        'closeReplacement',
        'forgetReplacement',
        'endHeartbeat',
        'reportNeedSecondary',
        'openGate',
        'freeGuest',
      ],
      meta: { requirements: ['failover.alone-after-record'] },
    },
    'ownership.lost': {
      target: '#pairing.halted',
      actions: [
        'haltGuest',
        'shutGate',
        'closeChannel',
        'closeReplacement',
        'endHeartbeat',
        'reportHalted',
        'forgetReplacement',
        'forgetSession',
      ],
      meta: { requirements: ['failover.loser-halts', 'output.nothing-after-loss'] },
    },
  },
  states: {
    settling: {
      meta: { requirements: ['lifecycle.backup-migration-quiesces'] },
      on: {
        // No replacement is connected yet.
        'parting.asked': { ...untouched, actions: [...ended] },
        'log.settled': {
          target: 'connecting',
          actions: ['nameReplacementConnection', 'openReplacement'],
          meta: { requirements: ['pairing.hello-connection-number'] },
        },
      },
    },
    connecting: {
      on: {
        ...endedBefore,
        'channel.opened': {
          guard: 'isReplacementConnection',
          target: 'greeting',
          actions: 'sendReplacingHello',
        },
      },
    },
    greeting: {
      on: {
        ...endedBefore,
        'welcome.received': [
          {
            guard: 'isMisplacedReplacementWelcome',
            ...untouched,
            meta: {
              requirements: ['pairing.welcome-next-sequence', 'pairing.replacement-given-up'],
            },
          },
          { guard: 'isReplacementSession', target: 'copying', actions: 'copyGuest' },
          surpassed,
        ],
      },
    },
    copying: {
      on: {
        ...endedBefore,
        'guest.copied': {
          target: 'syncing',
          actions: 'sendReplacementCopy',
          meta: { requirements: ['pairing.copy-open-operations'] },
        },
      },
    },
    syncing: {
      on: {
        ...endedAfterCopy,
        'ready.received': [
          {
            guard: 'isReplacementSession',
            target: 'readied',
            actions: 'tellReplacementReady',
            meta: { requirements: ['pairing.replacement-caught-up'] },
          },
          surpassed,
        ],
      },
    },
    /** A request that is outstanding is resolved before T14 is asked. */
    readied: { on: { ...endedAfterCopy, 'replacement.asked': 'asking' } },
    asking: {
      meta: { requirements: ['pairing.replacement-at-rest'] },
      on: {
        'channel.closed': [
          { guard: 'isReplacementConnection', actions: 'forgetReplacementConnection' },
          arrivalsInDoubt['channel.closed'],
        ],
        'record.replaced': [
          {
            guard: 'isReplacementConnected',
            target: 'welcoming',
            actions: [...replaced, 'sendHello'],
            meta: { requirements: ['lifecycle.backup-migration-replaces'] },
          },
          {
            target: 'welcoming',
            actions: [...replaced, 'mournChannel'],
            meta: { requirements: ['heartbeat.suspect-on-silence'] },
          },
        ],
      },
    },
    welcoming: {
      on: {
        'welcome.received': [
          {
            guard: 'isMisplacedWelcome',
            actions: ['closeChannel', 'mournChannel'],
            meta: { requirements: ['pairing.welcome-next-sequence'] },
          },
          {
            guard: 'isSession',
            target: '#pairing.owner.guarded',
            actions: ['hearChannel', 'beginAlives', 'freeGuest', 'reportReplaced'],
            meta: {
              requirements: ['lifecycle.backup-migration-replaces', 'protection.running-when-read'],
            },
          },
          surpassed,
        ],
      },
    },
  },
});
