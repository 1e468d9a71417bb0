// The guards and actions of the pairing chart, by name. It has no state and no transition. Spec: protocol, "Pairing".

import { assertEvent, assign, emit, enqueueActions, setup } from 'xstate';
import { hostOf } from '../record.ts';
import type { ChartInput, Effect, Retirement } from '../vocabulary.ts';
import type { PairingContext, PairingEvent } from './context.ts';
import { isResumption, misfitOf, refusal, refusalOf, sent } from './messages.ts';

export const pairingSetup = setup({
  types: {
    context: {} as PairingContext,
    events: {} as PairingEvent,
    emitted: {} as Effect,
    input: {} as ChartInput,
  },
  guards: {
    isOwnHost: ({ context, event }) =>
      event.type === 'manager.protect' && hostOf(event.peer) === hostOf(context.self),
    isOwnHostOrBackup: ({ context, event }) =>
      event.type === 'replacement.granted' &&
      (hostOf(event.peer) === hostOf(context.self) || event.peer === context.peer),
    isSession: ({ context, event }) => isOfSession(context, event),
    isReplacementSession: ({ context, event }) => isOfSession(replacementSession(context), event),
    isMisplacedReplacementWelcome: ({ context, event }) =>
      event.type === 'welcome.received' &&
      event.next !== 1 &&
      isOfSession(replacementSession(context), event),
    isReplacementRefusal: ({ context, event }) =>
      event.type === 'refuse.received' &&
      event.epoch === context.epoch &&
      isOnConnection(replacementSession(context), event.via),
    isReplacementConnection: ({ context, event }) =>
      (event.type === 'channel.opened' || event.type === 'channel.closed') &&
      event.connection === context.replacementConnection,
    isReplacementConnected: ({ context }) => context.replacementConnection !== 0,
    isReplacementCopy: ({ context, event }) =>
      context.replaces !== 0 && isOfSession(context, event),
    /** Of the owner that this node waits with, in the epoch that the record is to have, on the connection that stands. */
    isRenewingHello: ({ context, event }) => isRenewingHello(context, event, context.epoch + 1),
    isRenewedHello: ({ context, event }) => isRenewingHello(context, event, context.epoch),
    /** Nothing of a log can come before the hello of its epoch, in this epoch or in the next. */
    isEarlyEntry: ({ context, event }) =>
      event.type === 'entry.received' &&
      (isOfSession(context, event) || isOfSession({ ...context, epoch: context.epoch + 1 }, event)),
    isGreeted: ({ context }) => context.greeted && context.connection !== 0,
    /** It would begin the log elsewhere than the hello said. */
    isMisplacedWelcome: ({ context, event }) =>
      event.type === 'welcome.received' && event.next !== 1 && isOfSession(context, event),
    isHigherEpoch: ({ context, event }) =>
      'via' in event && event.vm === 'vm' && event.epoch > context.epoch,
    /** By its channel and epoch alone: who answers in the place of an incarnation that is gone has another name. */
    isRefusal: ({ context, event }) =>
      event.type === 'refuse.received' &&
      event.epoch === context.epoch &&
      isOnConnection(context, event.via),
    isFutureAcknowledgement: ({ context, event }) =>
      event.type === 'acknowledge.received' &&
      event.vm === 'vm' &&
      event.from === context.peer &&
      isOnConnection(context, event.via) &&
      event.epoch > context.epoch,
    isOwnConnection: ({ context, event }) =>
      (event.type === 'channel.opened' || event.type === 'channel.closed') &&
      event.connection === context.connection,
    /** Its own connection, of a pair that may get it back. */
    isRegainable: ({ context, event }) =>
      context.reconnect &&
      event.type === 'channel.closed' &&
      event.connection === context.connection,
    isFitReturn: ({ context, event }) =>
      isResumption(context, event) && misfitOf(context, event) === null,
    isUnfitReturn: ({ context, event }) =>
      isResumption(context, event) && misfitOf(context, event) !== null,
    isWelcomeHello: ({ context, event }) => refusalOf(context, event) === null,
    isSaved: ({ event }) => event.type === 'guest.saved' && event.result === 'done',
    isPaired: ({ context }) => context.peer !== '',
    isConnected: ({ context }) => context.connection !== 0,
  },
  actions: {
    adoptEpoch: assign(({ event }) => {
      assertEvent(event, ['record.alone', 'record.joining', 'record.taken', 'record.replaced']);
      return { epoch: event.epoch };
    }),
    adoptPeer: assign(({ event }) => {
      assertEvent(event, 'record.joining');
      return { peer: event.peer };
    }),
    adoptSession: assign(({ context, event }) => {
      assertEvent(event, 'hello.received');
      return {
        peer: event.from,
        epoch: event.epoch,
        connection: event.via,
        connectionTaken: context.reconnect ? event.via : 0,
        epochMax: Math.max(context.epochMax, event.epoch),
        replaces: event.replaces ?? 0,
      };
    }),
    seeEpoch: assign(({ context, event }) => {
      assertEvent(event, 'epoch.seen');
      return { epochMax: Math.max(context.epochMax, event.epoch) };
    }),
    seeConnection: assign(({ context, event }) => {
      assertEvent(event, 'channel.opened');
      return { connectionMax: Math.max(context.connectionMax, event.connection) };
    }),
    forgetPeer: assign({ peer: '', unanswered: false }),
    forgetSession: assign({
      peer: '',
      epoch: 0,
      connection: 0,
      connectionTaken: 0,
      unanswered: false,
      replaces: 0,
      greeted: false,
    }),
    adoptReplacement: assign(({ event }) => {
      assertEvent(event, 'replacement.granted');
      return { replacement: event.peer, replaces: event.version };
    }),
    nameReplacementConnection: assign(({ context }) => ({
      replacementConnection: context.connectionMax + 1,
      connectionMax: context.connectionMax + 1,
    })),
    openReplacement: emit(({ context }) => ({
      type: 'channel.open' as const,
      peer: context.replacement,
      connection: context.replacementConnection,
    })),
    closeReplacement: enqueueActions(({ context, event, enqueue }) => {
      const connection = context.replacementConnection;
      if (connection === 0) return;
      const isClosed = event.type === 'channel.closed' && event.connection === connection;
      if (!isClosed) enqueue.emit({ type: 'channel.close', connection });
      enqueue.assign({ replacementConnection: 0 });
    }),
    forgetReplacementConnection: assign({ replacementConnection: 0 }),
    forgetReplacement: assign({ replacement: '', replacementConnection: 0, replaces: 0 }),
    succeedBackup: assign(({ context, event }) => {
      assertEvent(event, 'record.replaced');
      const { replacement: peer, replacementConnection: connection } = context;
      const forgotten = { replacement: '', replacementConnection: 0, replaces: 0 };
      return { peer, connection, epoch: event.epoch, ...forgotten };
    }),
    keepHello: assign({ greeted: true }),
    forgetReplacing: assign({ replaces: 0, greeted: false }),
    forgetConnection: assign({ connection: 0 }),
    nameConnection: assign(({ context }) => ({
      connection: context.connectionMax + 1,
      connectionMax: context.connectionMax + 1,
    })),
    adoptConnection: assign(({ event }) => {
      assertEvent(event, 'resumption.taken');
      return { connection: event.connection, connectionTaken: event.connection };
    }),
    openChannel: emit(({ context }) => ({
      type: 'channel.open' as const,
      peer: context.peer,
      connection: context.connection,
    })),
    reopenChannel: enqueueActions(({ context, enqueue }) => {
      const connection = context.connectionMax + 1;
      enqueue.assign({ connection, connectionMax: connection, unanswered: true });
      enqueue.emit({ type: 'channel.open', peer: context.peer, connection });
    }),
    closeChannel: enqueueActions(({ context, enqueue }) => {
      if (context.connection === 0) return;
      enqueue.emit({ type: 'channel.close', connection: context.connection });
      enqueue.assign({ connection: 0 });
    }),
    sendHello: emit(({ context }) =>
      sent(context, {
        kind: 'hello',
        to: context.peer,
        connection: context.connection,
        next: 1,
        configuration: 'equal',
      }),
    ),
    sendReplacingHello: emit(({ context }) =>
      sent(replacementSession(context), {
        kind: 'hello',
        to: context.replacement,
        connection: context.replacementConnection,
        next: 1,
        replaces: context.replaces,
        configuration: 'equal',
      }),
    ),
    sendHelloAgain: emit(({ context, event }) => {
      assertEvent(event, 'log.resumable');
      return sent(context, {
        kind: 'hello',
        to: context.peer,
        connection: context.connection,
        next: event.next,
        configuration: 'equal',
      });
    }),
    sendWelcome: emit(({ context }) => sent(context, { kind: 'welcome', next: 1 })),
    sendWelcomeAgain: emit(({ context, event }) => {
      assertEvent(event, 'resumption.taken');
      return sent(context, { kind: 'welcome', next: event.next });
    }),
    sendAlive: emit(({ context }) =>
      sent(context, { kind: 'alive', seq: 0, watermark: 0, applied: 0 }),
    ),
    sendReady: emit(({ context }) => sent(context, { kind: 'ready' })),
    refuseHello: emit(({ context, event }) => {
      assertEvent(event, 'hello.received');
      return refusal(context, event, refusalOf(context, event) ?? 'busy');
    }),
    refuseBusy: emit(({ context, event }) => {
      assertEvent(event, 'hello.received');
      return refusal(context, event, 'busy');
    }),
    refuseResumption: emit(({ context, event }) => {
      assertEvent(event, 'resumption.refused');
      return sent(context, { kind: 'refuse', code: event.code }, event.connection);
    }),
    copyGuest: emit({ type: 'guest.copy' }),
    restoreGuest: emit(({ event }) => {
      assertEvent(event, 'copy.received');
      return {
        type: 'guest.restore' as const,
        position: event.position,
        state: event.state,
      };
    }),
    runGuest: emit({ type: 'guest.run' }),
    haltGuest: emit(({ event }) => {
      assertEvent(event, [
        'ownership.lost',
        'membership.ended',
        'machine.condemned',
        'machine.stopped',
        'channel.closed',
      ]);
      // A backup that was not ready is discarded, and gives the reason of every discard.
      const reason = event.type === 'channel.closed' ? 'superseded' : event.reason;
      return { type: 'guest.halt' as const, reason };
    }),
    reportNotConfigured: enqueueActions(({ enqueue }) => {
      enqueue.assign({ reported: 'notConfigured' });
      enqueue.emit({ type: 'report', state: 'notConfigured', reason: 'superseded' });
    }),
    reportStarting: enqueueActions(({ enqueue }) => {
      enqueue.assign({ reported: 'starting' });
      enqueue.emit({ type: 'report', state: 'starting', reason: 'protect' });
    }),
    reportRunning: enqueueActions(({ enqueue }) => {
      enqueue.assign({ reported: 'running' });
      enqueue.emit({ type: 'report', state: 'running', reason: 'protect' });
    }),
    reportReplaced: enqueueActions(({ enqueue }) => {
      enqueue.assign({ reported: 'running' });
      enqueue.emit({ type: 'report', state: 'running', reason: 'replace-backup' });
    }),
    reportKept: emit(({ context }) => ({
      type: 'report' as const,
      state: context.reported,
      reason: 'replace-backup',
    })),
    reportHalted: enqueueActions(({ event, enqueue }) => {
      assertEvent(event, 'ownership.lost');
      enqueue.assign({ reported: 'halted' });
      enqueue.emit({ type: 'report', state: 'halted', reason: event.reason });
    }),
    reportNeedSecondary: enqueueActions(({ event, enqueue }) => {
      assertEvent(event, 'record.alone');
      const reason = event.reason === 'takeover' ? 'lost-connection' : event.reason;
      enqueue.assign({ reported: 'needSecondary' });
      enqueue.emit({ type: 'report', state: 'needSecondary', reason });
    }),
    reportStopped: enqueueActions(({ event, enqueue }) => {
      assertEvent(event, 'machine.stopped');
      enqueue.assign({ reported: 'enabled' });
      enqueue.emit({ type: 'report', state: 'enabled', reason: event.reason });
    }),
    reportTurnedOff: enqueueActions(({ enqueue }) => {
      enqueue.assign({ reported: 'notConfigured' });
      enqueue.emit({ type: 'report', state: 'notConfigured', reason: 'turn-off' });
    }),
    reportRestarting: enqueueActions(({ enqueue }) => {
      enqueue.assign({ reported: 'needSecondary' });
      enqueue.emit({ type: 'report', state: 'needSecondary', reason: 'restart-secondary' });
    }),
    reportAnew: emit(({ context }) => ({
      type: 'report' as const,
      state: context.reported,
      reason: 'suspend',
    })),
    refuseStarted: emit({ type: 'refused', code: 'already-started' }),
    refuseNotOwner: emit({ type: 'refused', code: 'not-owner' }),
    refuseNotAlone: emit({ type: 'refused', code: 'not-alone' }),
    refuseJoining: emit({ type: 'refused', code: 'joining' }),
    refuseNotProtected: emit({ type: 'refused', code: 'not-protected' }),
    refusePending: emit({ type: 'refused', code: 'operation-pending' }),
    refuseSameHost: emit({ type: 'refused', code: 'same-host' }),
    wantStart: emit({ type: 'host.tell', to: 'failover', event: { type: 'start.wanted' } }),
    wantResume: emit({ type: 'host.tell', to: 'failover', event: { type: 'resume.wanted' } }),
    wantPowerOff: emit({ type: 'host.tell', to: 'failover', event: { type: 'power-off.wanted' } }),
    wantSuspend: emit({ type: 'host.tell', to: 'failover', event: { type: 'suspend.wanted' } }),
    wantYield: emit({ type: 'host.tell', to: 'failover', event: { type: 'yield.wanted' } }),
    wantReplacement: emit(({ event }) => {
      assertEvent(event, 'manager.replace-backup');
      return {
        type: 'host.tell' as const,
        to: 'failover' as const,
        event: { type: 'replacement.wanted' as const, peer: event.peer },
      };
    }),
    tellReplacementReady: emit(({ context }) => ({
      type: 'host.tell' as const,
      to: 'failover' as const,
      event: { type: 'replacement.readied' as const, peer: context.replacement },
    })),
    dropReplacement: emit({
      type: 'host.tell',
      to: 'failover',
      event: { type: 'replacement.dropped' },
    }),
    doubtRecord: emit({
      type: 'host.tell',
      to: 'failover',
      event: { type: 'replacement.doubted' },
    }),
    tellOverdue: emit({
      type: 'host.tell',
      to: 'failover',
      event: { type: 'replacement.overdue' },
    }),
    wantAlone: emit(({ event }) => ({
      type: 'host.tell' as const,
      to: 'failover' as const,
      event: { type: 'alone.wanted' as const, reason: retirementOf(event) },
    })),
    wantJoin: emit(({ event }) => {
      assertEvent(event, 'manager.protect');
      return {
        type: 'host.tell' as const,
        to: 'failover' as const,
        event: { type: 'join.wanted' as const, peer: event.peer },
      };
    }),
    wantProtect: emit({ type: 'host.tell', to: 'failover', event: { type: 'protect.wanted' } }),
    wantSurrender: emit({
      type: 'host.tell',
      to: 'failover',
      event: { type: 'surrender.wanted' },
    }),
    tellJoined: emit(({ context }) => ({
      type: 'host.tell' as const,
      to: 'failover' as const,
      event: {
        type: 'backup.joined' as const,
        epoch: context.epoch,
        replaces: context.replaces,
      },
    })),
    tellReadied: emit({ type: 'host.tell', to: 'failover', event: { type: 'backup.readied' } }),
    tellLeft: emit({ type: 'host.tell', to: 'failover', event: { type: 'member.left' } }),
    tellSurpassed: emit({ type: 'host.tell', to: 'failover', event: { type: 'epoch.surpassed' } }),
    tellPeerDiverged: emit({ type: 'host.tell', to: 'failover', event: { type: 'peer.diverged' } }),
    beginBeats: emit(({ context }) => ({
      type: 'host.tell' as const,
      to: 'heartbeat' as const,
      event: { type: 'beats.begun' as const, epoch: context.epoch, peer: context.peer },
    })),
    beginAlives: emit({ type: 'host.tell', to: 'heartbeat', event: { type: 'alives.begun' } }),
    beginWatch: emit({ type: 'host.tell', to: 'heartbeat', event: { type: 'watch.begun' } }),
    endHeartbeat: emit({ type: 'host.tell', to: 'heartbeat', event: { type: 'session.ended' } }),
    hearBeat: emit({ type: 'host.tell', to: 'heartbeat', event: { type: 'beat.heard' } }),
    hearChannel: emit({ type: 'host.tell', to: 'heartbeat', event: { type: 'channel.heard' } }),
    mournChannel: enqueueActions(({ enqueue }) => {
      enqueue.emit({ type: 'host.tell', to: 'heartbeat', event: { type: 'channel.lost' } });
      enqueue.emit({ type: 'host.tell', to: 'logging', event: { type: 'channel.lost' } });
    }),
    /** Whether the pair runs is asked of every chart; the first that says no makes it a loss. */
    askToSpare: emit({ type: 'host.tell', to: 'logging', event: { type: 'channel.broken' } }),
    askToResume: emit(({ event }) => {
      assertEvent(event, 'hello.received');
      const { via: connection, next } = event;
      return {
        type: 'host.tell' as const,
        to: 'logging' as const,
        event: { type: 'resumption.asked' as const, connection, next },
      };
    }),
    askNext: emit({ type: 'host.tell', to: 'logging', event: { type: 'hello.due' } }),
    resumeLog: enqueueActions(({ context, event, enqueue }) => {
      assertEvent(event, 'welcome.received');
      const { connection } = context;
      enqueue.assign({ unanswered: false });
      enqueue.emit({
        type: 'host.tell',
        to: 'logging',
        event: { type: 'log.resumed', connection, next: event.next },
      });
    }),
    tellRegained: emit({ type: 'host.tell', to: 'failover', event: { type: 'channel.regained' } }),
    /** A connection on which no `welcome` came is closed, and that is a suspicion at once. */
    giveUp: enqueueActions(({ context, enqueue }) => {
      if (!context.unanswered) return;
      if (context.connection !== 0) {
        enqueue.emit({ type: 'channel.close', connection: context.connection });
      }
      enqueue.assign({ connection: 0, unanswered: false });
      enqueue.emit({ type: 'host.tell', to: 'heartbeat', event: { type: 'channel.lost' } });
    }),
    mournIfLost: enqueueActions(({ context, enqueue }) => {
      if (context.connection !== 0) return;
      enqueue.emit({ type: 'host.tell', to: 'heartbeat', event: { type: 'channel.lost' } });
    }),
    beginLog: emit(({ context, event }) => {
      assertEvent(event, 'guest.copied');
      return {
        type: 'host.tell' as const,
        to: 'logging' as const,
        event: {
          type: 'log.begun' as const,
          epoch: context.epoch,
          connection: context.connection,
          position: event.position,
          state: event.state,
        },
      };
    }),
    sendReplacementCopy: emit(({ context, event }) => {
      assertEvent(event, 'guest.copied');
      const { position, state } = event;
      const connection = context.replacementConnection;
      return {
        type: 'host.tell' as const,
        to: 'logging' as const,
        event: { type: 'copy.due' as const, connection, position, state },
      };
    }),
    renewLog: emit(({ context }) => ({
      type: 'host.tell' as const,
      to: 'logging' as const,
      event: {
        type: 'log.renewed' as const,
        epoch: context.epoch,
        connection: context.connection,
      },
    })),
    loseLog: emit({ type: 'host.tell', to: 'logging', event: { type: 'channel.lost' } }),
    beginReplay: emit(({ context, event }) => {
      assertEvent(event, 'copy.received');
      return {
        type: 'host.tell' as const,
        to: 'logging' as const,
        event: {
          type: 'replay.begun' as const,
          epoch: context.epoch,
          connection: context.connection,
          open: event.open,
          operations: event.operations,
        },
      };
    }),
    abandonLog: emit({ type: 'host.tell', to: 'logging', event: { type: 'log.abandoned' } }),
    closeGate: emit({ type: 'host.tell', to: 'logging', event: { type: 'gate.closed' } }),
    openGate: emit(({ event }) => {
      assertEvent(event, 'record.alone');
      return {
        type: 'host.tell' as const,
        to: 'logging' as const,
        event: { type: 'gate.opened' as const, token: event.token, epoch: event.epoch },
      };
    }),
    silenceGuest: emit({ type: 'host.tell', to: 'logging', event: { type: 'gate.silenced' } }),
    pauseGuest: emit({ type: 'host.tell', to: 'logging', event: { type: 'guest.paused' } }),
    settleGuest: emit({
      type: 'host.tell',
      to: 'logging',
      event: { type: 'guest.settled', for: 'image' },
    }),
    settleForCopy: emit({
      type: 'host.tell',
      to: 'logging',
      event: { type: 'guest.settled', for: 'copy' },
    }),
    freeGuest: emit({ type: 'host.tell', to: 'logging', event: { type: 'guest.freed' } }),
    logPowerOff: emit({
      type: 'host.tell',
      to: 'logging',
      event: { type: 'end.due', kind: 'power-off' },
    }),
    logYield: emit({ type: 'host.tell', to: 'logging', event: { type: 'end.due', kind: 'yield' } }),
    shutGate: emit({ type: 'host.tell', to: 'logging', event: { type: 'gate.shut' } }),
    passEntry: emit(({ event }) => {
      assertEvent(event, 'entry.received');
      const { seq, position, entry, data, channel, watermark } = event;
      return {
        type: 'host.tell' as const,
        to: 'logging' as const,
        event: { type: 'entry.arrived' as const, seq, position, entry, data, channel, watermark },
      };
    }),
    passAcknowledgement: emit(({ event }) => {
      assertEvent(event, 'acknowledge.received');
      return {
        type: 'host.tell' as const,
        to: 'logging' as const,
        event: {
          type: 'acknowledge.arrived' as const,
          upto: event.upto,
          applied: event.applied,
        },
      };
    }),
    passAlive: emit(({ event }) => {
      assertEvent(event, 'alive.received');
      return {
        type: 'host.tell' as const,
        to: 'logging' as const,
        event: {
          type: 'alive.arrived' as const,
          watermark: event.watermark,
          applied: event.applied,
        },
      };
    }),
  },
});

/** The session with the replacement: of the same epoch, on a connection of its own. */
const replacementSession = (context: PairingContext): PairingContext => ({
  ...context,
  peer: context.replacement,
  connection: context.replacementConnection,
});

const isRenewingHello = (context: PairingContext, event: PairingEvent, epoch: number): boolean =>
  event.type === 'hello.received' &&
  event.next === 1 &&
  (event.replaces ?? 0) === 0 &&
  misfitOf(context, event) === null &&
  isOfSession({ ...context, epoch }, event);

const isOfSession = (context: PairingContext, event: PairingEvent): boolean =>
  'via' in event &&
  event.vm === 'vm' &&
  event.epoch === context.epoch &&
  event.from === context.peer &&
  (event.type === 'beat.received' || isOnConnection(context, event.via));

/** What came by datagram is on no connection, also when the connection is lost. */
const isOnConnection = ({ connection }: PairingContext, via: number): boolean =>
  connection !== 0 && via === connection;

/** An owner that has yielded and waited has no reason of the manager for going alone. */
function retirementOf({ type }: PairingEvent): Retirement | 'lost-backup' {
  if (type === 'manager.turn-off') return 'turn-off';
  return type === 'manager.restart-secondary' ? 'restart-secondary' : 'lost-backup';
}
