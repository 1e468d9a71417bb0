// Logging: the numbered log on both sides and the gate where outputs wait. Spec: protocol, "Logging", "Output",
// "Devices", "Flow". Sees the guest's inputs and outputs, its replies to replay, the disk's answers, and tells from
// pairing and failover. Rule that wins: only a record read opens the gate; neither suspicion nor silence reaches here.

import { live } from './logging/live.ts';
import { refused, replaying } from './logging/replaying.ts';
import { loggingSetup } from './logging/setup.ts';

export const logging = loggingSetup.createMachine({
  id: 'logging',
  context: ({ input }) => ({
    self: input.self,
    entriesMax: input.entriesMax,
    network: input.network,
    epoch: 0,
    connection: 0,
    token: 0,
    sent: 0,
    acknowledged: 0,
    closedAt: 0,
    drained: false,
    waiting: [],
    full: false,
    held: 0,
    applied: 0,
    watermark: 0,
    kept: [],
    completing: [],
    operations: 0,
    open: [],
  }),
  initial: 'shut',
  states: {
    shut: {
      meta: { requirements: ['output.nothing-after-loss'] },
      on: {
        ...refused,
        'gate.opened': { target: 'live', actions: ['dropGuest', 'takeToken'] },
        'replay.begun': {
          target: 'replaying',
          actions: ['endLog', 'dropGuest', 'beginReplay'],
          meta: { requirements: ['pairing.exact-copy'] },
        },
      },
    },
    live,
    replaying,
  },
});
