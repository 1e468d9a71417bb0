// The guards and actions of the logging chart, by name. It has no state and no transition. Spec: protocol, "Logging".

import { assertEvent, assign, emit, enqueueActions, setup } from 'xstate';
import type { ChartInput, Effect, EndKind, Entry } from '../vocabulary.ts';
import type { LoggingContext, LoggingEvent } from './context.ts';
import {
  consumedBy,
  isEnd,
  issuedUpTo,
  issueOf,
  message,
  openedBy,
  openIn,
  outputOf,
  replayedBy,
  shareOf,
  toldOf,
  watermarked,
  without,
} from './outputs.ts';

export const loggingSetup = setup({
  types: {
    context: {} as LoggingContext,
    events: {} as LoggingEvent,
    emitted: {} as Effect,
    input: {} as ChartInput,
  },
  guards: {
    isGuestHeld: ({ context }) => context.full || context.paused,
    isCounted: ({ context, event }) =>
      event.type === 'acknowledge.arrived' &&
      event.upto > context.acknowledged &&
      event.upto <= context.sent,
    isBeyondSent: ({ context, event }) =>
      event.type === 'acknowledge.arrived' && event.upto > context.sent,
    isNextEntry: ({ context, event }) =>
      event.type === 'entry.arrived' &&
      event.seq === context.held + 1 &&
      event.entry !== 'unknown' &&
      context.ended === null,
    isNextPowerOff: ({ context, event }) => isNextEnd(context, event, 'power-off'),
    isNextYield: ({ context, event }) => isNextEnd(context, event, 'yield'),
    isYieldApplied: ({ context, event }) =>
      event.type === 'guest.applied' &&
      event.seq === context.applied + 1 &&
      event.seq === context.held &&
      context.ended === 'yield',
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
    isSettled: ({ context }) =>
      context.settling &&
      context.waiting.length === 0 &&
      context.acknowledged >= context.sent &&
      context.open.every(({ answered }) => answered),
    isConsumedMore: ({ context, event }) => consumedBy(context, event) > context.consumed,
    isLagging: ({ context, event }) =>
      event.type === 'lag.measured' &&
      event.above &&
      context.sent > context.consumed &&
      context.throttle < context.throttleMax,
    isCaughtUp: ({ context, event }) =>
      event.type === 'lag.measured' && !event.above && context.throttle > 0,
    isDrained: ({ context }) => !context.drained && context.acknowledged >= context.closedAt,
  },
  actions: {
    beginLog: assign(({ event }) => {
      assertEvent(event, 'log.begun');
      const { epoch, connection, position } = event;
      const none = { sent: 0, acknowledged: 0, closedAt: 0, drained: false, consumed: 0 };
      return { epoch, connection, position, ...none };
    }),
    sendCopy: emit(({ context, event }) => {
      assertEvent(event, 'log.begun');
      return message(context, {
        kind: 'copy',
        position: event.position,
        state: event.state,
        open: openIn(context),
        operations: context.operations,
      });
    }),
    beginReplay: assign(({ event }) => {
      assertEvent(event, 'replay.begun');
      const open = event.open.map((one) => ({ ...one, answered: false }));
      const { epoch, connection, operations } = event;
      return { epoch, connection, open, operations };
    }),
    numberEntry: assign(({ context, event }) => ({
      sent: context.sent + 1,
      position: 'position' in event ? event.position : context.position,
    })),
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
    sendEnd: enqueueActions(({ context, event, enqueue }) => {
      assertEvent(event, 'end.due');
      if (context.connection === 0) return;
      const { sent: seq, position } = context;
      const end = { kind: 'entry' as const, seq, position, entry: event.kind, data: 0 };
      enqueue.emit(message(context, { ...end, channel: null, watermark: issuedUpTo(context) }));
    }),
    pauseGuest: enqueueActions(({ context, enqueue }) => {
      if (!context.full && !context.paused) enqueue.emit({ type: 'guest.hold' });
      enqueue.assign({ paused: true });
    }),
    freeGuest: enqueueActions(({ context, enqueue }) => {
      if (context.paused && !context.full) enqueue.emit({ type: 'guest.run' });
      enqueue.assign({ paused: false, settling: false });
    }),
    awaitSettling: assign({ settling: true }),
    saveImage: enqueueActions(({ context, enqueue }) => {
      const { token, operations } = context;
      enqueue.assign({ settling: false });
      enqueue.emit({ type: 'guest.save', token, open: openIn(context), operations });
    }),
    tellSettled: emit({ type: 'host.tell', to: 'pairing', event: { type: 'log.settled' } }),
    takeImage: assign(({ event }) => {
      assertEvent(event, 'image.loaded');
      const open = event.open.map((one) => ({ ...one, answered: true }));
      return { open, operations: event.operations };
    }),
    stopIfFull: enqueueActions(({ context, enqueue }) => {
      if (context.full || context.sent - context.acknowledged < context.entriesMax) return;
      enqueue.assign({ full: true });
      enqueue.emit({ type: 'guest.hold' });
    }),
    resumeIfRoom: enqueueActions(({ context, enqueue }) => {
      if (!context.full || context.sent - context.acknowledged >= context.entriesMax) return;
      enqueue.assign({ full: false });
      if (!context.paused) enqueue.emit({ type: 'guest.run' });
    }),
    resume: enqueueActions(({ context, enqueue }) => {
      if (!context.full) return;
      enqueue.assign({ full: false });
      if (!context.paused) enqueue.emit({ type: 'guest.run' });
    }),
    countAcknowledgement: assign(({ event }) => {
      assertEvent(event, 'acknowledge.arrived');
      return { acknowledged: event.upto };
    }),
    noteConsumed: assign(({ context, event }) => ({ consumed: consumedBy(context, event) })),
    takeShare: enqueueActions(({ context, enqueue }) => {
      enqueue.assign({ throttle: context.throttle + 1 });
      enqueue.emit({ type: 'guest.throttle', share: shareOf(context.throttle + 1) });
    }),
    giveShareBack: enqueueActions(({ context, enqueue }) => {
      enqueue.assign({ throttle: context.throttle - 1 });
      enqueue.emit({ type: 'guest.throttle', share: shareOf(context.throttle - 1) });
    }),
    giveAllBack: enqueueActions(({ context, enqueue }) => {
      if (context.throttle === 0) return;
      enqueue.assign({ throttle: 0 });
      enqueue.emit({ type: 'guest.throttle', share: shareOf(0) });
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
      position: 0,
      sent: 0,
      acknowledged: 0,
      closedAt: 0,
      drained: false,
      consumed: 0,
      held: 0,
      applied: 0,
      watermark: 0,
      ended: null,
      kept: [],
      completing: [],
    }),
    dropGuest: assign({
      epoch: 0,
      token: 0,
      waiting: [],
      full: false,
      paused: false,
      settling: false,
      throttle: 0,
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
      message(context, { kind: 'acknowledge', upto: context.held, applied: toldOf(context) }),
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
    noteEnd: assign(({ event }) => {
      assertEvent(event, 'entry.arrived');
      return { ended: isEnd(event.entry) ? event.entry : null };
    }),
    tellPowerOff: emit({ type: 'host.tell', to: 'failover', event: { type: 'power-off.held' } }),
    tellYield: emit({ type: 'host.tell', to: 'failover', event: { type: 'yield.consumed' } }),
    blamePeer: emit({ type: 'host.tell', to: 'pairing', event: { type: 'peer.misbehaved' } }),
    sendAlive: enqueueActions(({ context, enqueue }) => {
      if (context.connection === 0) return;
      const seq = Math.max(context.sent, context.held);
      const watermark = Math.max(issuedUpTo(context), context.watermark);
      const applied = toldOf(context);
      enqueue.emit(message(context, { kind: 'alive', seq, watermark, applied }));
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
});

function isNextEnd(context: LoggingContext, event: LoggingEvent, kind: EndKind): boolean {
  return (
    event.type === 'entry.arrived' &&
    event.seq === context.held + 1 &&
    event.entry === kind &&
    context.ended === null
  );
}
