// Logging: the numbered log on both sides and the gate where outputs wait. Spec: protocol, "Logging", "Output",
// "Devices", "Flow". Sees the guest's inputs and outputs, its replies to replay, the disk's answers, and tells from
// pairing and failover. Rule that wins: only a record read opens the gate; neither suspicion nor silence reaches here.

import { answered, consumedMore, live, measured } from './logging/live.ts';
import { refused, replaying } from './logging/replaying.ts';
import { loggingSetup } from './logging/setup.ts';

export const logging = loggingSetup.createMachine({
  id: 'logging',
  context: ({ input }) => ({
    self: input.self,
    entriesMax: input.entriesMax,
    network: input.network,
    throttleMax: input.throttleMax,
    reconnect: input.reconnect,
    epoch: 0,
    connection: 0,
    position: 0,
    token: 0,
    sent: 0,
    acknowledged: 0,
    closedAt: 0,
    drained: false,
    consumed: 0,
    throttle: 0,
    unacknowledged: [],
    told: 0,
    waiting: [],
    full: false,
    paused: false,
    settling: false,
    held: 0,
    applied: 0,
    watermark: 0,
    ended: null,
    kept: [],
    completing: [],
    operations: 0,
    open: [],
  }),
  initial: 'shut',
  meta: { requirements: ['lifecycle.unusable-input-ignored'] },
  states: {
    shut: {
      meta: { requirements: ['output.nothing-after-loss'] },
      on: {
        ...refused,
        'gate.opened': { target: 'live', actions: ['dropGuest', 'takeToken'] },
        'image.loaded': {
          target: 'loaded',
          actions: ['dropGuest', 'takeImage'],
          meta: { requirements: ['lifecycle.resume-by-record'] },
        },
        'replay.begun': {
          target: 'replaying',
          actions: ['endLog', 'dropGuest', 'beginReplay'],
          meta: { requirements: ['pairing.exact-copy'] },
        },
      },
    },
    loaded: {
      meta: { requirements: ['lifecycle.resume-by-record'] },
      on: { ...refused, 'gate.opened': { target: 'live', actions: 'takeToken' } },
    },
    live,
    silenced: {
      meta: { requirements: ['lifecycle.power-off-stops-first', 'output.nothing-after-loss'] },
      on: {
        ...refused,
        'disk.answered': answered,
        'end.due': {
          actions: ['numberEntry', 'keepEntry', 'sendEntry'],
          meta: { requirements: ['lifecycle.power-off-logged'] },
        },
        'acknowledge.arrived': [
          { guard: 'isCounted', actions: ['countAcknowledgement', 'noteConsumed'] },
          {
            guard: 'isBeyondSent',
            actions: 'blamePeer',
            meta: { requirements: ['logging.acknowledgement-beyond-sent'] },
          },
          consumedMore,
        ],
        'alive.arrived': consumedMore,
        'alive.due': { actions: 'sendAlive' },
        'lag.measured': measured,
        'channel.lost': { actions: 'loseChannel' },
        'log.abandoned': { actions: ['giveAllBack', 'endLog'] },
        'gate.shut': { target: 'shut', actions: ['endLog', 'dropGuest'] },
      },
    },
    replaying,
  },
});
