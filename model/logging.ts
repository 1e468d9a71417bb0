// Logging: the numbered log on both sides and the gate where outputs wait. Spec: protocol, "Logging", "Output",
// "Devices", "Flow". Sees the guest's inputs and outputs, its replies to replay, the disk's answers, and tells from
// pairing and failover. Rule that wins: only a record read opens the gate; neither suspicion nor silence reaches here.

import { assertEvent, assign, emit, enqueueActions, setup } from 'xstate';
import type {
  Channel,
  ChartInput,
  Effect,
  Entry,
  Incarnation,
  Input,
  LoggingTell,
  MessageBody,
  NodeEffect,
} from './vocabulary.ts';

export interface LoggedOutput {
  /** 0 where no log is kept. */
  seq: number;
  channel: Channel;
  position: number;
  data: number;
  /** Of the disk; 0 for the other channels. */
  operation: number;
}
export interface OpenOperation {
  operation: number;
  position: number;
  data: number;
  /** The disk has answered, and the guest was asked to take the completion. */
  answered: boolean;
}
export interface LoggingContext {
  self: Incarnation;
  entriesMax: number;
  network: ChartInput['network'];
  epoch: number;
  connection: number;
  token: number;
  /** Owner: last sequence assigned, highest acknowledgement counted, and G. */
  sent: number;
  acknowledged: number;
  closedAt: number;
  drained: boolean;
  /** Outputs at the gate. */
  waiting: readonly LoggedOutput[];
  /** The guest is held because the log is full. */
  full: boolean;
  /** Backup: last entry held, last consumed, and the watermark last received. */
  held: number;
  applied: number;
  watermark: number;
  /** Backup: replayed outputs above the watermark. */
  kept: readonly LoggedOutput[];
  /** Backup: completions held and not yet consumed. */
  completing: readonly { seq: number; operation: number }[];
  /** Disk operations made so far, and those open. */
  operations: number;
  open: readonly OpenOperation[];
}
export type LoggingEvent =
  | LoggingTell
  | Input<'guest.input'>
  | Input<'guest.output'>
  | Input<'guest.applied'>
  | Input<'guest.diverged'>
  | Input<'disk.answered'>;

const recorded = {
  meta: { requirements: ['logging.consecutive-sequence', 'output.own-entry'] },
} as const;
const refused = {
  'guest.input': { actions: 'refuseGuest' },
  'guest.output': { actions: 'refuseGuest' },
} as const;

export const logging = setup({
  types: {
    context: {} as LoggingContext,
    events: {} as LoggingEvent,
    emitted: {} as Effect,
    input: {} as ChartInput,
  },
  guards: {
    isFull: ({ context }) => context.full,
    isCounted: ({ context, event }) =>
      event.type === 'acknowledge.arrived' &&
      event.upto > context.acknowledged &&
      event.upto <= context.sent,
    isBeyondSent: ({ context, event }) =>
      event.type === 'acknowledge.arrived' && event.upto > context.sent,
    isNextEntry: ({ context, event }) =>
      event.type === 'entry.arrived' && event.seq === context.held + 1 && event.entry !== 'unknown',
    isDuplicate: ({ context, event }) =>
      event.type === 'entry.arrived' && event.seq <= context.held,
    isConsumed: ({ context }) => context.applied === context.held,
    isNextApplied: ({ context, event }) =>
      event.type === 'guest.applied' &&
      event.seq === context.applied + 1 &&
      event.seq <= context.held,
    isHeld: ({ context, event }) =>
      event.type === 'guest.diverged' &&
      event.seq === context.applied + 1 &&
      event.seq <= context.held,
    isOpenOperation: ({ context, event }) =>
      event.type === 'disk.answered' &&
      event.result !== 'fenced' &&
      context.open.some((one) => one.operation === event.operation && !one.answered),
    isFenced: ({ event }) =>
      event.type === 'disk.answered' && event.result === 'fenced' && event.operation !== 'fence',
    isDrained: ({ context }) => !context.drained && context.acknowledged >= context.closedAt,
  },
  actions: {
    beginLog: assign(({ event }) => {
      assertEvent(event, 'log.begun');
      const { epoch, connection } = event;
      return { epoch, connection, sent: 0, acknowledged: 0, closedAt: 0, drained: false };
    }),
    sendCopy: emit(({ context, event }) => {
      assertEvent(event, 'log.begun');
      return message(context, {
        kind: 'copy',
        position: event.position,
        state: event.state,
        open: context.open.map(({ operation, position, data }) => ({ operation, position, data })),
        operations: context.operations,
      });
    }),
    beginReplay: assign(({ event }) => {
      assertEvent(event, 'replay.begun');
      const open = event.open.map((one) => ({ ...one, answered: false }));
      const { epoch, connection, operations } = event;
      return { epoch, connection, open, operations };
    }),
    numberEntry: assign(({ context }) => ({ sent: context.sent + 1 })),
    openOperation: assign(({ context, event }) => openedBy(context, event)),
    closeOperation: assign(({ context, event }) =>
      event.type === 'guest.input' && event.kind === 'completion'
        ? { open: without(context.open, event.data) }
        : context,
    ),
    issue: enqueueActions(({ context, event, enqueue }) => {
      assertEvent(event, 'guest.output');
      enqueue.emit(issueOf(context, outputOf(context, event)));
    }),
    holdOutput: assign(({ context, event }) => {
      assertEvent(event, 'guest.output');
      return { waiting: [...context.waiting, outputOf(context, event)] };
    }),
    sendEntry: enqueueActions(({ context, event, enqueue }) => {
      if (context.connection === 0) return;
      assertEvent(event, ['guest.input', 'guest.output']);
      const isOutput = event.type === 'guest.output';
      enqueue.emit(
        message(context, {
          kind: 'entry',
          seq: context.sent,
          position: event.position,
          entry: isOutput ? 'output' : event.kind,
          data: event.data,
          channel: isOutput ? event.channel : null,
          watermark: issuedUpTo(context),
        }),
      );
    }),
    stopIfFull: enqueueActions(({ context, enqueue }) => {
      if (context.full || context.sent - context.acknowledged < context.entriesMax) return;
      enqueue.assign({ full: true });
      enqueue.emit({ type: 'guest.hold' });
    }),
    resumeIfRoom: enqueueActions(({ context, enqueue }) => {
      if (!context.full || context.sent - context.acknowledged >= context.entriesMax) return;
      enqueue.assign({ full: false });
      enqueue.emit({ type: 'guest.run' });
    }),
    resume: enqueueActions(({ context, enqueue }) => {
      if (!context.full) return;
      enqueue.assign({ full: false });
      enqueue.emit({ type: 'guest.run' });
    }),
    countAcknowledgement: assign(({ event }) => {
      assertEvent(event, 'acknowledge.arrived');
      return { acknowledged: event.upto };
    }),
    releaseAcknowledged: enqueueActions(({ context, enqueue }) => {
      const free = context.waiting.filter((output) => output.seq <= context.acknowledged);
      for (const output of free) enqueue.emit(issueOf(context, output));
      enqueue.assign({ waiting: context.waiting.slice(free.length) });
    }),
    releaseAll: enqueueActions(({ context, enqueue }) => {
      for (const output of context.waiting) enqueue.emit(issueOf(context, output));
      enqueue.assign({ waiting: [] });
    }),
    closeGate: assign(({ context }) => ({ closedAt: context.sent })),
    tellDrained: enqueueActions(({ enqueue }) => {
      enqueue.assign({ drained: true });
      enqueue.emit({ type: 'host.tell', to: 'pairing', event: { type: 'log.drained' } });
    }),
    takeToken: assign(({ event }) => {
      assertEvent(event, ['gate.opened', 'outputs.due']);
      return { token: event.token, epoch: event.epoch };
    }),
    endLog: assign({
      connection: 0,
      sent: 0,
      acknowledged: 0,
      closedAt: 0,
      drained: false,
      held: 0,
      applied: 0,
      watermark: 0,
      kept: [],
      completing: [],
    }),
    dropGuest: assign({
      epoch: 0,
      token: 0,
      waiting: [],
      full: false,
      operations: 0,
      open: [],
    }),
    loseChannel: assign({ connection: 0 }),
    holdEntry: assign(({ context, event }) => {
      assertEvent(event, 'entry.arrived');
      const { seq, data: operation } = event;
      return {
        held: seq,
        ...watermarked(context, event.watermark),
        completing:
          event.entry === 'completion'
            ? [...context.completing, { seq, operation }]
            : context.completing,
      };
    }),
    noteWatermark: assign(({ context, event }) => {
      assertEvent(event, ['alive.arrived', 'entry.arrived']);
      return watermarked(context, event.watermark);
    }),
    acknowledge: emit(({ context }) =>
      message(context, { kind: 'acknowledge', upto: context.held }),
    ),
    applyEntry: emit(({ event }) => {
      assertEvent(event, 'entry.arrived');
      const { seq, position, entry, data, channel } = event;
      return {
        type: 'guest.apply' as const,
        entry: { seq, position, entry, data, channel } satisfies Entry,
      };
    }),
    noteApplied: assign(({ context, event }) => {
      assertEvent(event, 'guest.applied');
      const closed = context.completing.find((one) => one.seq === event.seq);
      const open = closed ? without(context.open, closed.operation) : context.open;
      const rest = {
        applied: event.seq,
        completing: context.completing.filter((one) => one.seq > event.seq),
      };
      return { ...rest, ...replayedBy({ ...context, open }, event) };
    }),
    blamePeer: emit({ type: 'host.tell', to: 'pairing', event: { type: 'peer.misbehaved' } }),
    sendAlive: enqueueActions(({ context, enqueue }) => {
      if (context.connection === 0) return;
      const seq = Math.max(context.sent, context.held);
      const watermark = Math.max(issuedUpTo(context), context.watermark);
      enqueue.emit(message(context, { kind: 'alive', seq, watermark }));
    }),
    sendDiverged: enqueueActions(({ context, event, enqueue }) => {
      assertEvent(event, 'guest.diverged');
      if (context.connection === 0) return;
      enqueue.emit(message(context, { kind: 'diverged', seq: event.seq }));
    }),
    tellDiverged: emit({ type: 'host.tell', to: 'failover', event: { type: 'log.diverged' } }),
    tellConsumed: emit({ type: 'host.tell', to: 'failover', event: { type: 'log.consumed' } }),
    tellReissued: emit({ type: 'host.tell', to: 'failover', event: { type: 'outputs.reissued' } }),
    tellFenced: emit({ type: 'host.tell', to: 'failover', event: { type: 'storage.fenced' } }),
    reissueOperations: enqueueActions(({ context, enqueue }) => {
      for (const { operation, position, data } of context.open) {
        enqueue.emit({
          type: 'disk.write',
          token: context.token,
          operation,
          position,
          data,
        });
      }
    }),
    reissueOutputs: enqueueActions(({ context, enqueue }) => {
      for (const output of context.kept) {
        const isLost = output.channel === 'network' && context.network === 'may-be-lost';
        if (output.channel !== 'disk' && !isLost) enqueue.emit(issueOf(context, output));
      }
    }),
    askCompletion: enqueueActions(({ context, event, enqueue }) => {
      assertEvent(event, 'disk.answered');
      if (event.operation === 'fence') return;
      const { operation, result } = event;
      enqueue.assign({
        open: context.open.map((one) =>
          one.operation === operation ? { ...one, answered: true } : one,
        ),
      });
      enqueue.emit({ type: 'guest.complete', operation, result });
    }),
    refuseGuest: emit({ type: 'refused', code: 'not-running' }),
  },
}).createMachine({
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
    live: {
      initial: 'open',
      on: {
        'disk.answered': [
          {
            guard: 'isFenced',
            actions: 'tellFenced',
            meta: { requirements: ['storage.fenced-reads-record'] },
          },
          {
            guard: 'isOpenOperation',
            actions: 'askCompletion',
            meta: { requirements: ['device.completion-exactly-once'] },
          },
        ],
        'gate.shut': {
          target: 'shut',
          actions: ['endLog', 'dropGuest'],
          meta: { requirements: ['output.nothing-after-loss', 'failover.loser-halts'] },
        },
        'gate.opened': {
          target: '.open',
          actions: ['takeToken', 'releaseAll', 'endLog', 'resume'],
          meta: { requirements: ['failover.alone-after-record'] },
        },
        'channel.lost': { actions: 'loseChannel' },
      },
      states: {
        open: {
          on: {
            'log.begun': {
              target: 'recording',
              actions: ['beginLog', 'sendCopy'],
              meta: { requirements: ['pairing.exact-copy'] },
            },
            'guest.input': { actions: 'closeOperation' },
            'guest.output': {
              actions: ['openOperation', 'issue'],
              meta: { requirements: ['storage.write-carries-token'] },
            },
          },
        },
        recording: {
          meta: { requirements: ['flow.stop-before-full'] },
          on: {
            'guest.input': [
              { guard: 'isFull', actions: 'refuseGuest' },
              {
                actions: ['numberEntry', 'closeOperation', 'sendEntry', 'stopIfFull'],
                ...recorded,
              },
            ],
            'guest.output': [
              { guard: 'isFull', actions: 'refuseGuest' },
              {
                actions: ['numberEntry', 'openOperation', 'issue', 'sendEntry', 'stopIfFull'],
                ...recorded,
              },
            ],
            'acknowledge.arrived': [
              { guard: 'isCounted', actions: ['countAcknowledgement', 'resumeIfRoom'] },
              {
                guard: 'isBeyondSent',
                actions: 'blamePeer',
                meta: { requirements: ['logging.acknowledgement-beyond-sent'] },
              },
            ],
            'alive.due': { actions: 'sendAlive' },
            'gate.closed': {
              target: 'acked',
              actions: 'closeGate',
              meta: { requirements: ['pairing.drain-before-protect'] },
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
          always: {
            guard: 'isDrained',
            actions: 'tellDrained',
            meta: { requirements: ['pairing.drain-before-protect'] },
          },
          on: {
            'guest.input': [
              { guard: 'isFull', actions: 'refuseGuest' },
              {
                actions: ['numberEntry', 'closeOperation', 'sendEntry', 'stopIfFull'],
                ...recorded,
              },
            ],
            'guest.output': [
              { guard: 'isFull', actions: 'refuseGuest' },
              {
                actions: ['numberEntry', 'openOperation', 'holdOutput', 'sendEntry', 'stopIfFull'],
                meta: {
                  requirements: ['output.hold-until-acknowledged', 'output.own-entry'],
                },
              },
            ],
            'acknowledge.arrived': [
              {
                guard: 'isCounted',
                actions: ['countAcknowledgement', 'releaseAcknowledged', 'resumeIfRoom'],
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
            ],
            'alive.due': { actions: 'sendAlive' },
            'log.abandoned': { actions: 'loseChannel' },
          },
        },
      },
    },
    replaying: {
      initial: 'following',
      meta: { requirements: ['output.silent-in-replay', 'logging.not-beyond-log'] },
      on: {
        ...refused,
        'gate.shut': { target: 'shut', actions: ['endLog', 'dropGuest'] },
        'channel.lost': { actions: 'loseChannel' },
        'guest.applied': { guard: 'isNextApplied', actions: 'noteApplied' },
      },
      states: {
        following: {
          meta: { requirements: ['flow.backup-waits-when-empty'] },
          on: {
            'entry.arrived': [
              {
                guard: 'isNextEntry',
                actions: ['holdEntry', 'acknowledge', 'applyEntry'],
                meta: {
                  requirements: [
                    'logging.acknowledge-held-entries',
                    'logging.consecutive-sequence',
                  ],
                },
              },
              {
                guard: 'isDuplicate',
                actions: ['noteWatermark', 'acknowledge'],
                meta: { requirements: ['logging.acknowledge-held-entries'] },
              },
              {
                actions: 'blamePeer',
                meta: { requirements: ['logging.undecodable-not-acknowledged'] },
              },
            ],
            'alive.arrived': {
              actions: 'noteWatermark',
              meta: { requirements: ['logging.issued-watermark'] },
            },
            'alive.due': { actions: 'sendAlive' },
            'guest.diverged': {
              guard: 'isHeld',
              target: 'diverged',
              actions: ['sendDiverged', 'tellDiverged'],
              meta: { requirements: ['divergence.stop-and-renounce'] },
            },
            'log.sealed': {
              target: 'consuming',
              actions: 'loseChannel',
              meta: { requirements: ['failover.seal-log'] },
            },
          },
        },
        diverged: {
          meta: { requirements: ['divergence.never-live'] },
          on: { 'alive.due': { actions: 'sendAlive' } },
        },
        consuming: {
          meta: { requirements: ['failover.consume-before-live', 'failover.seal-log'] },
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
              actions: [
                'takeToken',
                'reissueOperations',
                'reissueOutputs',
                'endLog',
                'tellReissued',
              ],
              meta: {
                requirements: ['failover.reissue-open-operations', 'output.reissue-after-takeover'],
              },
            },
          },
        },
      },
    },
  },
});

type GuestOutput = Input<'guest.output'>;

function message(
  context: LoggingContext,
  body: MessageBody,
): Extract<NodeEffect, { type: 'channel.send' }> {
  const envelope = { vm: 'vm' as const, epoch: context.epoch, from: context.self };
  return {
    type: 'channel.send',
    connection: context.connection,
    message: { ...envelope, ...body },
  };
}

/** Called after `openOperation`: a disk output is then the operation counted last. */
function outputOf(context: LoggingContext, event: GuestOutput): LoggedOutput {
  const { channel, position, data } = event;
  const operation = channel === 'disk' ? context.operations : 0;
  return { seq: context.sent, channel, position, data, operation };
}

function issueOf(context: LoggingContext, output: LoggedOutput): NodeEffect {
  const { channel, position, data, operation } = output;
  return channel === 'disk'
    ? { type: 'disk.write', token: context.token, operation, position, data }
    : { type: 'output.emit', channel, position, data };
}

/** spec: logging.issued-watermark */
function issuedUpTo(context: LoggingContext): number {
  const first = context.waiting[0];
  return first === undefined ? context.sent : first.seq - 1;
}

function openedBy(
  context: LoggingContext,
  event: LoggingEvent,
): Pick<LoggingContext, 'operations' | 'open'> {
  if (event.type !== 'guest.output' || event.channel !== 'disk') return context;
  const operation = context.operations + 1;
  const { position, data } = event;
  return {
    operations: operation,
    open: [...context.open, { operation, position, data, answered: false }],
  };
}

/** What the replayed guest's own output adds: an open operation, and bytes to keep above the watermark. */
function replayedBy(
  context: LoggingContext,
  event: Input<'guest.applied'>,
): Pick<LoggingContext, 'operations' | 'open' | 'kept'> {
  const { operations, open, kept } = context;
  if (event.output === null) return { operations, open, kept };
  const { channel, position, data } = event.output;
  const operation = channel === 'disk' ? operations + 1 : 0;
  return {
    operations: Math.max(operations, operation),
    open: operation === 0 ? open : [...open, { operation, position, data, answered: false }],
    kept:
      event.seq > context.watermark
        ? [...kept, { seq: event.seq, channel, position, data, operation }]
        : kept,
  };
}

function watermarked(
  context: LoggingContext,
  watermark: number,
): Pick<LoggingContext, 'watermark' | 'kept'> {
  const highest = Math.max(context.watermark, watermark);
  return { watermark: highest, kept: context.kept.filter((output) => output.seq > highest) };
}

const without = (open: readonly OpenOperation[], operation: number): OpenOperation[] =>
  open.filter((one) => one.operation !== operation);
