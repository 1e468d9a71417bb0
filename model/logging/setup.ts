// The guards and actions of the logging chart, by name. It has no state and no transition. Spec: protocol, "Logging".

import { assertEvent, assign, emit, enqueueActions, setup } from 'xstate';
import type { ChartInput, Effect, EndKind, Entry, RefusalCode } from '../vocabulary.ts';
import type { LoggingContext, LoggingEvent } from './context.ts';
import {
  consumedBy,
  entryOf,
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
    isSettled: ({ context }) => context.settling && isAtRest(context),
    isForCopy: ({ event }) => event.type === 'guest.settled' && event.for === 'copy',
    isQuiet: ({ context }) => context.quieting && isAtRest(context),
    isConsumedMore: ({ context, event }) => consumedBy(context, event) > context.consumed,
    /** The lag is measured with an `alive` that is sent: without a channel none is. */
    isLagging: ({ context, event }) =>
      event.type === 'lag.measured' &&
      event.above &&
      context.connection !== 0 &&
      context.sent > context.consumed &&
      context.throttle < context.throttleMax,
    isCaughtUp: ({ context, event }) =>
      event.type === 'lag.measured' &&
      !event.above &&
      context.connection !== 0 &&
      context.throttle > 0,
    isLogEnded: ({ context }) => context.ended !== null,
    /** The backup has all that was acknowledged, and nothing that was not sent. */
    isResumable: ({ context, event }) =>
      event.type === 'log.resumed' &&
      event.next > context.acknowledged &&
      event.next <= context.told + 1,
    isWithoutGap: ({ context, event }) =>
      event.type === 'resumption.granted' && event.next <= context.held + 1,
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
    noteCopy: assign(({ event }) => {
      assertEvent(event, 'copy.due');
      return { copiedAt: event.position };
    }),
    sendReplacementCopy: emit(({ context, event }) => {
      assertEvent(event, 'copy.due');
      const { connection, position, state } = event;
      const { operations } = context;
      const copy = { kind: 'copy' as const, position, state, open: openIn(context), operations };
      return message({ ...context, connection }, copy);
    }),
    renewLog: assign(({ context, event }) => {
      assertEvent(event, 'log.renewed');
      const { epoch, connection } = event;
      const anew = { sent: 0, acknowledged: 0, consumed: 0, closedAt: 0, told: 0 };
      const position = context.copiedAt;
      return { epoch, connection, position, copiedAt: 0, unacknowledged: [], ...anew };
    }),
    adoptEpoch: assign(({ event }) => {
      assertEvent(event, 'log.renewed');
      return { epoch: event.epoch };
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
    keepEntry: assign(({ context, event }) => {
      const entry = context.reconnect ? entryOf(context, event) : null;
      return entry === null ? context : { unacknowledged: [...context.unacknowledged, entry] };
    }),
    sendEntry: enqueueActions(({ context, event, enqueue }) => {
      const entry = entryOf(context, event);
      if (context.connection === 0 || entry === null) return;
      enqueue.emit(message(context, { kind: 'entry', ...entry, watermark: issuedUpTo(context) }));
    }),
    sendEntriesAgain: enqueueActions(({ context, enqueue }) => {
      const watermark = issuedUpTo(context);
      for (const entry of context.unacknowledged) {
        enqueue.emit(message(context, { kind: 'entry', ...entry, watermark }));
      }
    }),
    pauseGuest: enqueueActions(({ context, enqueue }) => {
      if (!context.full && !context.paused) enqueue.emit({ type: 'guest.hold' });
      enqueue.assign({ paused: true });
    }),
    freeGuest: enqueueActions(({ context, enqueue }) => {
      if (context.paused && !context.full) enqueue.emit({ type: 'guest.run' });
      enqueue.assign({ paused: false, settling: false, quieting: false, copiedAt: 0 });
    }),
    awaitSettling: assign({ settling: true }),
    awaitQuiet: assign({ quieting: true }),
    noteQuiet: assign({ quieting: false }),
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
    countAcknowledgement: assign(({ context, event }) => {
      assertEvent(event, 'acknowledge.arrived');
      return acknowledgedBy(context, event.upto);
    }),
    countResumption: assign(({ context, event }) => {
      assertEvent(event, 'log.resumed');
      const { connection, next } = event;
      return { connection, told: 0, ...acknowledgedBy(context, next - 1) };
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
      enqueue.assign({
        waiting: context.waiting.filter((output) => output.seq > context.acknowledged),
      });
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
      unacknowledged: [],
      told: 0,
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
      quieting: false,
      copiedAt: 0,
      operations: 0,
      open: [],
    }),
    loseChannel: assign({ connection: 0 }),
    noteTold: assign(({ context }) => ({ told: context.sent })),
    adoptConnection: assign(({ event }) => {
      assertEvent(event, 'resumption.granted');
      return { connection: event.connection };
    }),
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
    tellBroken: emit({ type: 'host.tell', to: 'heartbeat', event: { type: 'channel.broken' } }),
    tellLost: emit({ type: 'host.tell', to: 'heartbeat', event: { type: 'channel.lost' } }),
    tellNext: emit(({ context }) => ({
      type: 'host.tell' as const,
      to: 'pairing' as const,
      event: { type: 'log.resumable' as const, next: context.acknowledged + 1 },
    })),
    passResumption: emit(({ event }) => {
      assertEvent(event, 'resumption.asked');
      return { type: 'host.tell' as const, to: 'heartbeat' as const, event };
    }),
    takeResumption: emit(({ context, event }) => {
      assertEvent(event, 'resumption.granted');
      const { connection } = event;
      return {
        type: 'host.tell' as const,
        to: 'pairing' as const,
        event: { type: 'resumption.taken' as const, connection, next: context.held + 1 },
      };
    }),
    refuseBusy: emit(({ event }) => refusedResumption(event, 'busy')),
    refuseSuperseded: emit(({ event }) => refusedResumption(event, 'superseded')),
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

const acknowledgedBy = (
  { unacknowledged }: LoggingContext,
  upto: number,
): Pick<LoggingContext, 'acknowledged' | 'unacknowledged'> => ({
  acknowledged: upto,
  unacknowledged: unacknowledged.filter(({ seq }) => seq > upto),
});

function refusedResumption(
  event: LoggingEvent,
  code: RefusalCode,
): Extract<Effect, { type: 'host.tell' }> {
  assertEvent(event, ['resumption.asked', 'resumption.granted']);
  const refused = { type: 'resumption.refused' as const, connection: event.connection, code };
  return { type: 'host.tell', to: 'pairing', event: refused };
}

/** Every entry is acknowledged, every output issued, every operation answered. */
const isAtRest = (context: LoggingContext): boolean =>
  context.waiting.length === 0 &&
  context.acknowledged >= context.sent &&
  context.open.every(({ answered }) => answered);

function isNextEnd(context: LoggingContext, event: LoggingEvent, kind: EndKind): boolean {
  return (
    event.type === 'entry.arrived' &&
    event.seq === context.held + 1 &&
    event.entry === kind &&
    context.ended === null
  );
}
