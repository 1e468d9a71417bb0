// The log of an owner and its gate: open, recording behind an open gate, on acknowledgements. Spec: protocol, "Output".

import { loggingSetup } from './setup.ts';

const recorded = ['logging.consecutive-sequence', 'output.own-entry'] as const;
const recordedInput = {
  meta: { requirements: [...recorded, 'device.completion-is-event'] },
} as const;
const recordedFreely = {
  meta: { requirements: [...recorded, 'output.free-before-gate-closed'] },
} as const;
/** A held guest takes a completion when it runs again. */
export const answered = [
  {
    guard: 'isFenced',
    actions: 'tellFenced',
    meta: { requirements: ['storage.fenced-reads-record', 'storage.fenced-hidden-from-guest'] },
  },
  {
    guard: 'isOpenOperation',
    actions: 'askCompletion',
    meta: { requirements: ['device.completion-exactly-once'] },
  },
] as const;
/** What the backup says of its guest counts even where it acknowledges nothing new. */
export const consumedMore = {
  guard: 'isConsumedMore',
  actions: 'noteConsumed',
  meta: { requirements: ['flow.lag-in-acknowledgements'] },
} as const;
/** K has passed in a pair that the record calls protected. */
export const measured = [
  {
    guard: 'isLagging',
    actions: 'takeShare',
    meta: {
      requirements: ['flow.throttle-when-lagging', 'flow.throttle-only-processor-share'],
    },
  },
  {
    guard: 'isCaughtUp',
    actions: 'giveShareBack',
    meta: { requirements: ['flow.throttle-given-back'] },
  },
] as const;
/** Every entry acknowledged, every output issued, every operation answered: the image may be made. */
const settled = {
  guard: 'isSettled',
  actions: ['saveImage', 'tellSettled'],
  meta: { requirements: ['lifecycle.suspend-settles-outputs'] },
} as const;

export const live = loggingSetup.createStateConfig({
  initial: 'open',
  // What holds of an owner's log wherever the gate stands, and whatever is asked of the arbiter.
  meta: {
    requirements: [
      'arbitration.owner-runs-while-unreachable',
      'logging.flush-output-entry',
      'logging.lower-acknowledgement-ignored',
      'output.guest-keeps-running',
      'output.release-in-order',
      'flow.resume-when-room',
    ],
  },
  on: {
    'disk.answered': answered,
    'gate.shut': {
      target: 'shut',
      actions: ['endLog', 'dropGuest'],
      meta: {
        requirements: [
          'output.nothing-after-loss',
          'failover.loser-halts',
          'output.cancel-queued',
          'failover.loser-state-discarded',
        ],
      },
    },
    'gate.opened': {
      target: '.open',
      actions: ['takeToken', 'giveAllBack', 'releaseAll', 'endLog', 'resume'],
      meta: {
        requirements: [
          'failover.alone-after-record',
          'failover.stop-recording-when-alone',
          'output.held-before-new',
          'output.release-in-order',
          'flow.throttle-given-back',
        ],
      },
    },
    'channel.lost': { actions: 'loseChannel' },
    'gate.silenced': {
      target: 'silenced',
      actions: 'pauseGuest',
      meta: { requirements: ['lifecycle.power-off-stops-first'] },
    },
    'guest.paused': {
      actions: 'pauseGuest',
      meta: { requirements: ['failover.stop-before-yield'] },
    },
    'guest.settled': [
      {
        guard: 'isForCopy',
        actions: ['pauseGuest', 'awaitQuiet'],
        meta: { requirements: ['lifecycle.backup-migration-quiesces'] },
      },
      {
        actions: ['pauseGuest', 'awaitSettling'],
        meta: { requirements: ['lifecycle.suspend-settles-outputs'] },
      },
    ],
    'guest.freed': { actions: 'freeGuest' },
  },
  states: {
    open: {
      always: settled,
      on: {
        // Before the copy nothing was sent.
        'acknowledge.arrived': {
          guard: 'isBeyondSent',
          actions: 'blamePeer',
          meta: { requirements: ['logging.acknowledgement-beyond-sent'] },
        },
        'log.begun': {
          target: 'recording',
          actions: ['beginLog', 'sendCopy'],
          meta: {
            requirements: [
              'pairing.exact-copy',
              'pairing.first-entry-after-copy',
              'pairing.copy-open-operations',
            ],
          },
        },
        'guest.input': [
          { guard: 'isGuestHeld', actions: 'refuseGuest' },
          { actions: 'closeOperation' },
        ],
        'guest.output': [
          { guard: 'isGuestHeld', actions: 'refuseGuest' },
          {
            actions: ['openOperation', 'issue'],
            meta: { requirements: ['storage.write-carries-token'] },
          },
        ],
      },
    },
    recording: {
      meta: {
        requirements: [
          'flow.stop-before-full',
          'flow.buffer-counts-unacknowledged',
          'flow.no-entry-lost',
          'pairing.record-while-joining',
          'pairing.keep-until-acknowledged',
        ],
      },
      on: {
        'guest.input': [
          { guard: 'isGuestHeld', actions: 'refuseGuest' },
          {
            actions: ['numberEntry', 'closeOperation', 'keepEntry', 'sendEntry', 'stopIfFull'],
            ...recordedInput,
          },
        ],
        'guest.output': [
          { guard: 'isGuestHeld', actions: 'refuseGuest' },
          {
            actions: [
              'numberEntry',
              'openOperation',
              'issue',
              'keepEntry',
              'sendEntry',
              'stopIfFull',
            ],
            ...recordedFreely,
          },
        ],
        'acknowledge.arrived': [
          { guard: 'isCounted', actions: ['countAcknowledgement', 'noteConsumed', 'resumeIfRoom'] },
          {
            guard: 'isBeyondSent',
            actions: 'blamePeer',
            meta: { requirements: ['logging.acknowledgement-beyond-sent'] },
          },
          consumedMore,
        ],
        'alive.arrived': consumedMore,
        'alive.due': { actions: 'sendAlive' },
        'gate.closed': {
          target: 'acked',
          actions: 'closeGate',
          meta: { requirements: ['pairing.drain-before-protect', 'pairing.issue-before-protect'] },
        },
        'log.abandoned': {
          target: 'open',
          actions: ['endLog', 'resume'],
          meta: { requirements: ['pairing.sync-failure-leaves-owner-running'] },
        },
      },
    },
    acked: {
      meta: {
        requirements: ['output.hold-until-acknowledged', 'output.suspicion-keeps-gate'],
      },
      always: [
        {
          guard: 'isDrained',
          actions: 'tellDrained',
          meta: { requirements: ['pairing.drain-before-protect'] },
        },
        settled,
        {
          guard: 'isQuiet',
          actions: ['noteQuiet', 'tellSettled'],
          meta: { requirements: ['lifecycle.backup-migration-quiesces'] },
        },
      ],
      on: {
        'guest.input': [
          { guard: 'isGuestHeld', actions: 'refuseGuest' },
          {
            actions: ['numberEntry', 'closeOperation', 'keepEntry', 'sendEntry', 'stopIfFull'],
            ...recordedInput,
          },
        ],
        'guest.output': [
          { guard: 'isGuestHeld', actions: 'refuseGuest' },
          {
            actions: [
              'numberEntry',
              'openOperation',
              'holdOutput',
              'keepEntry',
              'sendEntry',
              'stopIfFull',
            ],
            meta: {
              requirements: ['output.hold-until-acknowledged', 'output.own-entry'],
            },
          },
        ],
        'acknowledge.arrived': [
          {
            guard: 'isCounted',
            actions: [
              'countAcknowledgement',
              'noteConsumed',
              'releaseAcknowledged',
              'resumeIfRoom',
            ],
            meta: {
              requirements: [
                'output.release-exactly-acknowledged',
                'logging.cumulative-acknowledgement',
              ],
            },
          },
          {
            guard: 'isBeyondSent',
            actions: 'blamePeer',
            meta: { requirements: ['logging.acknowledgement-beyond-sent'] },
          },
          consumedMore,
        ],
        'alive.arrived': consumedMore,
        'alive.due': {
          actions: 'sendAlive',
          meta: { requirements: ['heartbeat.keep-alive-content'] },
        },
        'lag.measured': measured,
        'log.abandoned': { actions: 'loseChannel' },
        'channel.broken': {
          actions: ['noteTold', 'loseChannel', 'tellBroken'],
          meta: {
            requirements: ['logging.keep-unacknowledged', 'logging.reconnect-keeps-held'],
          },
        },
        'hello.due': {
          actions: 'tellNext',
          meta: { requirements: ['logging.keep-unacknowledged'] },
        },
        'log.resumed': [
          {
            guard: 'isResumable',
            actions: ['countResumption', 'releaseAcknowledged', 'sendEntriesAgain', 'resumeIfRoom'],
            meta: {
              requirements: [
                'logging.resume-at-next',
                'logging.resume-acknowledges',
                'logging.reconnect-keeps-held',
                'logging.keep-unacknowledged',
              ],
            },
          },
          {
            actions: 'blamePeer',
            meta: {
              requirements: ['logging.resume-below-acknowledged', 'logging.resume-beyond-sent'],
            },
          },
        ],
        'end.due': {
          actions: ['numberEntry', 'keepEntry', 'sendEntry'],
          meta: { requirements: ['failover.stop-before-yield'] },
        },
        'copy.due': {
          actions: ['noteCopy', 'sendReplacementCopy'],
          meta: { requirements: ['pairing.exact-copy', 'pairing.copy-open-operations'] },
        },
        'log.renewed': {
          actions: ['renewLog', 'giveAllBack'],
          meta: {
            requirements: [
              'logging.consecutive-sequence',
              'pairing.first-entry-after-copy',
              'flow.throttle-given-back',
            ],
          },
        },
      },
    },
  },
});
