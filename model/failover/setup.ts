// The guards and actions of the failover chart, by name. It has no state and no transition. Spec: protocol, "Arbitration".

import { assertEvent, assign, emit, enqueueActions, setup } from 'xstate';
import { isNamedBackup, isNamedOwner, proposalOf } from '../record.ts';
import type { ArbiterRecord, ChartInput, Effect, Incarnation } from '../vocabulary.ts';
import type { FailoverContext, FailoverEvent } from './context.ts';

export const failoverSetup = setup({
  types: {
    context: {} as FailoverContext,
    events: {} as FailoverEvent,
    emitted: {} as Effect,
    input: {} as ChartInput,
  },
  guards: {
    /** Another nonce, or a record older than one seen or than the pairing: no answer at all. */
    isNoAnswer: ({ context, event }) =>
      event.type === 'arbiter.answered' &&
      (event.nonce === 'other' ||
        (event.record?.version ?? 0) < (context.record?.version ?? 0) ||
        (event.record?.epoch ?? 0) < Math.max(context.record?.epoch ?? 0, context.epoch)),
    isRecordOff: ({ context }) => (context.record?.phase ?? 'off') === 'off',
    isRecordSuspended: ({ context }) => context.record?.phase === 'suspended',
    isFenceLost: ({ context }) => context.fenceLost,
    isAloneMine: ({ context, event }) =>
      isNamedOwner(answered(event), context.self) && answered(event)?.phase === 'alone',
    isStillAlone: ({ context, event }) =>
      isNamedOwner(answered(event), context.self) &&
      answered(event)?.phase === 'alone' &&
      (context.intent === 'T3' || (context.intent === 'read' && context.record?.phase === 'alone')),
    isJoiningMine: ({ context, event }) =>
      isNamedOwner(answered(event), context.self) && answered(event)?.phase === 'joining',
    isProtectedMine: ({ context, event }) =>
      isNamedOwner(answered(event), context.self) && answered(event)?.phase === 'protected',
    isOff: ({ event }) => (answered(event)?.phase ?? 'off') === 'off',
    isStartable: ({ context, event }) =>
      (answered(event)?.phase ?? 'off') === 'off' && context.wanted !== 'T11',
    isResumable: ({ context, event }) =>
      answered(event)?.phase === 'suspended' && context.wanted === 'T11',
    /** What stops the machine for good is under way, and this record says that it is done. */
    isStopped: ({ context, event }) =>
      (answered(event)?.phase === 'off' && (context.intent === 'T9' || context.wanted === 'T9')) ||
      (answered(event)?.phase === 'suspended' && context.intent === 'T10'),
    isStoppingMine: ({ context, event }) =>
      isNamedOwner(answered(event), context.self) &&
      (context.intent === 'T9' || context.intent === 'T10'),
    isStoppingAlone: ({ context, event }) =>
      isNamedOwner(answered(event), context.self) &&
      answered(event)?.phase === 'alone' &&
      (context.intent === 'T9' || context.intent === 'T10'),
    /** A T4 that seemed lost took effect after all: there is a pair, which was told nothing. */
    isPairMade: ({ context, event }) =>
      isNamedOwner(answered(event), context.self) &&
      answered(event)?.phase === 'protected' &&
      context.intent === 'T9' &&
      context.record?.phase === 'joining',
    isPoweredOff: ({ context, event }) => answered(event)?.phase === 'off' && context.poweringOff,
    /** The record names this replacement, in the next epoch. */
    isReplacementChosen: ({ context, event }) =>
      context.replaces !== 0 &&
      isNamedBackup(answered(event), context.self, context.epoch + 1) &&
      answered(event)?.phase === 'protected',
    /** T14 may be on its way. */
    isReplacementAwaited: ({ context, event }) =>
      context.replaces !== 0 &&
      answered(event)?.phase === 'protected' &&
      answered(event)?.version === context.replaces,
    isReplacementBereft: ({ context, event }) =>
      context.replaces !== 0 &&
      isNamedBackup(answered(event), context.self, context.epoch + 1) &&
      answered(event)?.phase === 'protected' &&
      context.lost,
    isReplaced: ({ context }) =>
      context.intent === 'T14' &&
      context.record?.phase === 'protected' &&
      context.record.backup === context.peer,
    isTouched: ({ context, event }) =>
      isNamedOwner(answered(event), context.self) &&
      answered(event)?.phase === 'protected' &&
      context.intent === 'T15' &&
      (answered(event)?.version ?? 0) > (context.record?.version ?? 0),
    isReplacementWanted: ({ context }) => context.wanted === 'T14',
    isProtectionWanted: ({ context }) => context.wanted === 'T4',
    isBackupProtected: ({ context, event }) =>
      isNamedBackup(answered(event), context.self, context.epoch) &&
      answered(event)?.phase === 'protected',
    isBackupJoining: ({ context, event }) =>
      isNamedBackup(answered(event), context.self, context.epoch) &&
      answered(event)?.phase === 'joining' &&
      !context.lost,
    isBackupJoiningInDoubt: ({ context, event }) =>
      isNamedBackup(answered(event), context.self, context.epoch) &&
      answered(event)?.phase === 'joining' &&
      !context.lost &&
      (context.suspected || context.yielded || context.diverged),
    /** A read asked before the channel was lost does not say what its end left. */
    isReadOutdated: ({ context, event }) =>
      event.type === 'peer.suspected' && event.lost && context.intent === 'read',
    isRead: ({ context }) => context.intent === 'read',
    /** What was asked does not follow from the suspicion: the peer may be trusted again meanwhile. */
    isForgivable: ({ context }) =>
      context.intent === 'read' || context.intent === 'T14' || context.intent === 'T15',
    isJoined: ({ context }) => context.intent === 'T3' && context.record?.phase === 'joining',
    isProtected: ({ context }) => context.intent === 'T4' && context.record?.phase === 'protected',
    isPairToTell: ({ context }) =>
      context.intent === 'T4' && context.record?.phase === 'protected' && context.wanted === 'T9',
    isSurrenderTooLate: ({ context }) =>
      context.intent === 'T5' && context.record?.phase === 'protected',
    isTakeover: ({ context }) => context.intent === 'T6',
    isFinishing: ({ context }) => context.intent === 'T9',
    isGoingAlone: ({ context }) => context.intent === 'T7',
    isSuspendWanted: ({ context }) => context.wanted === 'T10',
    isPowerOffWanted: ({ context }) => context.wanted === 'T9',
    isGuarded: ({ context }) => context.record?.phase === 'protected',
    isWanting: ({ context }) => context.wanted !== null,
    /** A machine that is to be off has no use for T7: its backup is told, and T9 asked again. */
    isPeerGone: ({ context }) =>
      context.record?.phase === 'protected' &&
      context.intent !== 'T9' &&
      (context.suspected || context.diverged),
    isDiverged: ({ context }) => context.diverged,
    /** The owner is gone, or has said that it goes. */
    isLeft: ({ context }) => context.suspected || context.yielded,
    isPoweringOff: ({ context }) => context.poweringOff,
    isLeftPoweringOff: ({ context }) =>
      (context.suspected || context.yielded) && context.poweringOff,
    isInDoubt: ({ context }) => context.yielded || context.diverged,
    isFenceDone: ({ event }) =>
      event.type === 'disk.answered' && event.operation === 'fence' && event.result === 'done',
    isFenceFailed: ({ event }) =>
      event.type === 'disk.answered' && event.operation === 'fence' && event.result === 'error',
    isReady: ({ context }) => context.fenced && context.consumed,
    isResumed: ({ context }) => context.fenced && context.record?.reason === 'resume',
    isPoweredOn: ({ context }) =>
      context.fenced && context.consumed && context.record?.reason === 'start',
  },
  actions: {
    ask: emit(({ context }) => ({
      type: 'arbiter.request' as const,
      intent: context.intent,
      version: context.record?.version ?? 0,
      record: proposalOf(context),
    })),
    intendRead: assign({ intent: 'read' }),
    intendPowerOn: assign({ intent: 'T2' }),
    intendTakeover: assign({ intent: 'T6' }),
    intendResume: assign(({ context }) => ({
      intent: 'T11' as const,
      imageToken: context.record?.token ?? 0,
    })),
    intendAlone: assign({ intent: 'T7', aloneFor: 'lost-backup' }),
    intendPowerOff: assign({ intent: 'T9' }),
    intendRenounce: assign({ intent: 'T8' }),
    intendEnd: assign({ intent: 'T12' }),
    intendWanted: assign(({ context }) => ({ intent: context.wanted ?? 'read', wanted: null })),
    wantJoin: assign(({ event }) => {
      assertEvent(event, 'join.wanted');
      return { wanted: 'T3' as const, peer: event.peer };
    }),
    wantProtect: assign({ wanted: 'T4' }),
    wantSurrender: assign({ wanted: 'T5' }),
    wantReplacement: assign(({ event }) => {
      assertEvent(event, 'replacement.readied');
      return { wanted: 'T14' as const, peer: event.peer };
    }),
    wantTouch: assign({ wanted: 'T15', peer: null }),
    wantAlone: assign(({ event }) => {
      assertEvent(event, 'alone.wanted');
      return { wanted: 'T7' as const, aloneFor: event.reason };
    }),
    wantPowerOff: assign({ wanted: 'T9' }),
    wantSuspend: assign({ wanted: 'T10' }),
    wantNothing: assign({ wanted: null }),
    wantResume: assign({ wanted: 'T11' }),
    remember: enqueueActions(({ context, event, enqueue }) => {
      assertEvent(event, 'arbiter.answered');
      enqueue.assign({ record: event.record });
      const epoch = epochSeenIn(event.record, context.self);
      enqueue.emit({ type: 'host.tell', to: 'pairing', event: { type: 'epoch.seen', epoch } });
    }),
    suspect: assign(({ context, event }) => {
      assertEvent(event, 'peer.suspected');
      return { suspected: true, lost: context.lost || event.lost };
    }),
    trust: assign({ suspected: false }),
    suspectLoss: assign({ suspected: true }),
    noteLoss: assign({ lost: true }),
    forgetLoss: assign({ lost: false }),
    spareChannel: emit({ type: 'host.tell', to: 'pairing', event: { type: 'channel.spared' } }),
    mournChannel: emit({ type: 'host.tell', to: 'heartbeat', event: { type: 'channel.lost' } }),
    grantResumption: emit(({ event }) => {
      assertEvent(event, 'resumption.asked');
      const { connection, next } = event;
      const granted = { type: 'resumption.granted' as const, connection, next };
      return { type: 'host.tell' as const, to: 'logging' as const, event: granted };
    }),
    refuseArbitrating: emit(({ event }) => {
      assertEvent(event, 'resumption.asked');
      const { connection } = event;
      return {
        type: 'host.tell' as const,
        to: 'pairing' as const,
        event: { type: 'resumption.refused' as const, connection, code: 'arbitrating' as const },
      };
    }),
    noteYield: assign({ yielded: true }),
    notePowerOff: assign({ poweringOff: true }),
    noteDivergence: assign({ diverged: true }),
    noteFence: assign({ fenced: true }),
    noteFenceLoss: assign({ fenceLost: true }),
    forgetFenceLoss: assign({ fenceLost: false }),
    noteConsumption: assign({ consumed: true }),
    expectNothing: assign({ consumed: true }),
    settleDoubts: assign(({ context }) => ({
      suspected: false,
      lost: false,
      diverged: false,
      yielded: false,
      poweringOff: false,
      // What stops the machine is wanted of whatever record comes.
      wanted: context.wanted === 'T9' || context.wanted === 'T10' ? context.wanted : null,
      aloneFor: 'lost-backup' as const,
      fenced: false,
      fenceLost: false,
      consumed: false,
      imageToken: 0,
      peer: null,
    })),
    becomeBackup: assign(({ event }) => {
      assertEvent(event, 'backup.joined');
      return { epoch: event.epoch, replaces: event.replaces, intent: 'read' as const };
    }),
    doubt: assign({ lost: true }),
    becomeEligible: assign(({ context }) => ({ epoch: context.epoch + 1, replaces: 0 })),
    leave: assign({ epoch: 0, replaces: 0, intent: 'read', wanted: null, imageToken: 0 }),
    fence: emit(({ context }) => ({
      type: 'disk.fence' as const,
      token: context.record?.token ?? 0,
    })),
    loadImage: emit(({ context }) => ({ type: 'guest.load' as const, token: context.imageToken })),
    announce: emit({ type: 'address.announce' }),
    tellTaken: emit(({ context }) => ({
      type: 'host.tell' as const,
      to: 'pairing' as const,
      event: {
        type: 'record.taken' as const,
        epoch: context.record?.epoch ?? 0,
        token: context.record?.token ?? 0,
      },
    })),
    sealLog: emit({ type: 'host.tell', to: 'logging', event: { type: 'log.sealed' } }),
    tellOutputsDue: emit(({ context }) => ({
      type: 'host.tell' as const,
      to: 'logging' as const,
      event: {
        type: 'outputs.due' as const,
        token: context.record?.token ?? 0,
        epoch: context.record?.epoch ?? 0,
      },
    })),
    tellAlone: emit(({ context }) => ({
      type: 'host.tell' as const,
      to: 'pairing' as const,
      event: {
        type: 'record.alone' as const,
        epoch: context.record?.epoch ?? 0,
        token: context.record?.token ?? 0,
        reason: context.record?.reason ?? 'start',
      },
    })),
    tellJoining: emit(({ context }) => ({
      type: 'host.tell' as const,
      to: 'pairing' as const,
      event: {
        type: 'record.joining' as const,
        epoch: context.record?.epoch ?? 0,
        peer: context.record?.backup ?? '',
      },
    })),
    tellProtected: emit({ type: 'host.tell', to: 'pairing', event: { type: 'record.protected' } }),
    tellReplaced: emit(({ context }) => ({
      type: 'host.tell' as const,
      to: 'pairing' as const,
      event: { type: 'record.replaced' as const, epoch: context.record?.epoch ?? 0 },
    })),
    tellReplacing: emit({ type: 'host.tell', to: 'pairing', event: { type: 'replacement.asked' } }),
    tellProtecting: emit({ type: 'host.tell', to: 'pairing', event: { type: 'protection.asked' } }),
    tellParting: emit({ type: 'host.tell', to: 'pairing', event: { type: 'parting.asked' } }),
    grantReplacement: emit(({ context, event }) => {
      assertEvent(event, 'replacement.wanted');
      return {
        type: 'host.tell' as const,
        to: 'pairing' as const,
        event: {
          type: 'replacement.granted' as const,
          peer: event.peer,
          version: context.record?.version ?? 0,
        },
      };
    }),
    tellLoaded: emit(({ event }) => {
      assertEvent(event, 'guest.loaded');
      const { open, operations } = event;
      return {
        type: 'host.tell' as const,
        to: 'logging' as const,
        event: { type: 'image.loaded' as const, open, operations },
      };
    }),
    tellCondemned: emit({
      type: 'host.tell',
      to: 'pairing',
      event: { type: 'machine.condemned', reason: 'power-off' },
    }),
    tellStopped: emit(({ context }) => ({
      type: 'host.tell' as const,
      to: 'pairing' as const,
      event: {
        type: 'machine.stopped' as const,
        reason:
          context.record?.phase === 'suspended' ? ('suspend' as const) : ('power-off' as const),
      },
    })),
    tellSuspending: emit({ type: 'host.tell', to: 'pairing', event: { type: 'suspend.asked' } }),
    grantYield: emit({ type: 'host.tell', to: 'pairing', event: { type: 'yield.granted' } }),
    refuseNotProtected: emit({ type: 'refused', code: 'not-protected' }),
    tellRefused: emit({ type: 'host.tell', to: 'pairing', event: { type: 'start.refused' } }),
    tellLost: emit({
      type: 'host.tell',
      to: 'pairing',
      event: { type: 'ownership.lost', reason: 'superseded' },
    }),
    tellEnded: emit({
      type: 'host.tell',
      to: 'pairing',
      event: { type: 'ownership.lost', reason: 'diverged' },
    }),
    tellDiscarded: emit({
      type: 'host.tell',
      to: 'pairing',
      event: { type: 'membership.ended', reason: 'superseded' },
    }),
  },
});

/** A joining that names this node is the pairing to come, not one that was. */
function epochSeenIn(record: ArbiterRecord | null, self: Incarnation): number {
  if (record === null) return 0;
  const isToCome = record.phase === 'joining' && record.backup === self;
  return record.epoch - (isToCome ? 1 : 0);
}

const answered = (event: FailoverEvent): ArbiterRecord | null =>
  event.type === 'arbiter.answered' ? event.record : null;
