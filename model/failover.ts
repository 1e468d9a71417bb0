// Failover: the node's only voice at the arbiter, and the steps of a takeover. Spec: protocol, "Arbitration", "Failover".
// Sees arbiter answers, the fence's answer, `retry.due`, and tells of what the other charts want or suspect.
// Rule that wins: the content of the record that came back decides, never whether the swap was accepted; one request at
// a time, and what is wanted meanwhile waits for its outcome.

import { assertEvent, assign, emit, enqueueActions, setup } from 'xstate';
import { isNamedBackup, isNamedOwner, proposalOf } from './record.ts';
import type {
  ArbiterRecord,
  ChartInput,
  Effect,
  FailoverTell,
  Incarnation,
  Input,
  Intent,
} from './vocabulary.ts';

export interface FailoverContext {
  self: Incarnation;
  /** The record last read. */
  record: ArbiterRecord | null;
  /** What the request outstanding, or the last one, is for. */
  intent: Intent;
  /** What is asked next, when the request outstanding is resolved. */
  wanted: Intent | null;
  /** The backup that T3 names. */
  peer: Incarnation | null;
  /** The epoch of the pairing in which this node is backup. */
  epoch: number;
  suspected: boolean;
  lost: boolean;
  /** Owner: the backup diverged. Backup: my own replay did. */
  diverged: boolean;
  fenced: boolean;
  /** The fence was answered `error`, and is asked again. */
  fenceLost: boolean;
  consumed: boolean;
}
export type FailoverEvent =
  | FailoverTell
  | Input<'arbiter.answered'>
  | Input<'arbiter.failed'>
  | Input<'disk.answered'>
  | { type: 'retry.due' };

const noAnswer = {
  guard: 'isNoAnswer',
  meta: { requirements: ['arbitration.older-version-is-unreachable'] },
} as const;
const askedAgain = {
  target: 'asking',
  reenter: true,
  meta: { requirements: ['arbitration.unresolved-request'] },
} as const;
/** While something is asked that does not follow from the suspicion, the peer may be trusted; else not. */
const trustedAgain = { guard: 'isForgivable', actions: 'trust' } as const;
const trustedTooLate = { meta: { requirements: ['heartbeat.suspicion-is-not-live'] } } as const;

export const failover = setup({
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
      (context.suspected || context.diverged),
    isRead: ({ context }) => context.intent === 'read',
    /** What was asked does not follow from the suspicion: the peer may be trusted again meanwhile. */
    isForgivable: ({ context }) => context.intent === 'read',
    isJoined: ({ context }) => context.intent === 'T3' && context.record?.phase === 'joining',
    isProtected: ({ context }) => context.intent === 'T4' && context.record?.phase === 'protected',
    isSurrenderTooLate: ({ context }) =>
      context.intent === 'T5' && context.record?.phase === 'protected',
    isTakeover: ({ context }) => context.intent === 'T6',
    isWanting: ({ context }) => context.wanted !== null,
    isPeerGone: ({ context }) =>
      context.record?.phase === 'protected' && (context.suspected || context.diverged),
    isDiverged: ({ context }) => context.diverged,
    isSuspected: ({ context }) => context.suspected,
    isFenceDone: ({ event }) =>
      event.type === 'disk.answered' && event.operation === 'fence' && event.result === 'done',
    isFenceFailed: ({ event }) =>
      event.type === 'disk.answered' && event.operation === 'fence' && event.result === 'error',
    isReady: ({ context }) => context.fenced && context.consumed,
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
    intendAlone: assign({ intent: 'T7' }),
    intendRenounce: assign({ intent: 'T8' }),
    intendEnd: assign({ intent: 'T12' }),
    intendWanted: assign(({ context }) => ({ intent: context.wanted ?? 'read', wanted: null })),
    wantJoin: assign(({ event }) => {
      assertEvent(event, 'join.wanted');
      return { wanted: 'T3' as const, peer: event.peer };
    }),
    wantProtect: assign({ wanted: 'T4' }),
    wantSurrender: assign({ wanted: 'T5' }),
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
    noteDivergence: assign({ diverged: true }),
    noteFence: assign({ fenced: true }),
    noteFenceLoss: assign({ fenceLost: true }),
    forgetFenceLoss: assign({ fenceLost: false }),
    noteConsumption: assign({ consumed: true }),
    expectNothing: assign({ consumed: true }),
    settleDoubts: assign({
      suspected: false,
      lost: false,
      diverged: false,
      wanted: null,
      fenced: false,
      fenceLost: false,
      consumed: false,
      peer: null,
    }),
    becomeBackup: assign(({ event }) => {
      assertEvent(event, 'backup.joined');
      return { epoch: event.epoch, intent: 'read' as const };
    }),
    leave: assign({ epoch: 0, intent: 'read' }),
    fence: emit(({ context }) => ({
      type: 'disk.fence' as const,
      token: context.record?.token ?? 0,
    })),
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
}).createMachine({
  id: 'failover',
  context: ({ input }) => ({
    self: input.self,
    record: null,
    intent: 'read',
    wanted: null,
    peer: null,
    epoch: 0,
    suspected: false,
    lost: false,
    diverged: false,
    fenced: false,
    fenceLost: false,
    consumed: false,
  }),
  initial: 'uninvolved',
  states: {
    uninvolved: {
      on: {
        'start.wanted': [
          { guard: 'isRecordOff', target: 'starting', actions: 'intendPowerOn' },
          {
            target: 'starting',
            actions: 'intendRead',
            meta: { requirements: ['arbitration.only-named-may-ask'] },
          },
        ],
        'backup.joined': { target: 'backing', actions: ['settleDoubts', 'becomeBackup'] },
      },
    },
    starting: {
      entry: 'ask',
      meta: {
        requirements: ['arbitration.compare-and-swap-record', 'arbitration.name-incarnations'],
      },
      on: {
        'retry.due': {
          target: 'starting',
          reenter: true,
          meta: { requirements: ['arbitration.unresolved-request'] },
        },
        'arbiter.answered': [
          noAnswer,
          {
            guard: 'isAloneMine',
            target: 'succeeding',
            actions: ['remember', 'expectNothing', 'tellTaken'],
            meta: { requirements: ['arbitration.outcome-by-reading'] },
          },
          {
            guard: 'isOff',
            target: 'starting',
            reenter: true,
            actions: ['remember', 'intendPowerOn'],
            meta: { requirements: ['arbitration.outcome-by-reading'] },
          },
          { target: 'uninvolved', actions: ['remember', 'leave', 'tellRefused'] },
        ],
      },
    },
    owning: {
      initial: 'settled',
      on: {
        'join.wanted': { actions: 'wantJoin' },
        'protect.wanted': { actions: 'wantProtect' },
        'surrender.wanted': { actions: 'wantSurrender' },
        'peer.suspected': { actions: 'suspect' },
        'peer.trusted': { actions: 'trust' },
        'peer.diverged': {
          actions: 'noteDivergence',
          meta: { requirements: ['divergence.stop-and-renounce'] },
        },
      },
      states: {
        settled: {
          meta: { requirements: ['arbitration.no-expiry', 'arbitration.only-named-may-ask'] },
          always: [
            { guard: 'isWanting', target: 'asking', actions: 'intendWanted' },
            {
              guard: 'isPeerGone',
              target: 'asking',
              actions: 'intendAlone',
              meta: { requirements: ['failover.alone-after-record'] },
            },
          ],
          on: {
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
            'peer.trusted': [trustedAgain, trustedTooLate],
            'arbiter.answered': [
              noAnswer,
              { guard: 'isStillAlone', target: 'resolving', actions: 'remember' },
              {
                guard: 'isAloneMine',
                target: 'settled',
                actions: ['remember', 'settleDoubts', 'tellAlone'],
                meta: {
                  requirements: ['failover.alone-after-record', 'arbitration.outcome-by-reading'],
                },
              },
              { guard: 'isJoiningMine', target: 'resolving', actions: 'remember' },
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
              guard: 'isProtected',
              target: 'settled',
              actions: 'tellProtected',
              meta: { requirements: ['pairing.eligible-when-recorded'] },
            },
            { guard: 'isSurrenderTooLate', target: 'asking', actions: 'intendAlone' },
            { target: 'asking', meta: { requirements: ['arbitration.unresolved-request'] } },
          ],
        },
      },
    },
    backing: {
      initial: 'steady',
      on: {
        'peer.suspected': { actions: 'suspect' },
        'peer.trusted': { actions: 'trust' },
        'log.diverged': { actions: 'noteDivergence' },
        'member.left': { target: 'uninvolved', actions: ['leave', 'settleDoubts'] },
      },
      states: {
        steady: {
          meta: { requirements: ['heartbeat.suspicion-is-not-live'] },
          on: {
            'peer.suspected': {
              target: 'asking',
              actions: ['suspect', 'intendRead'],
              meta: { requirements: ['failover.read-before-discard'] },
            },
            'log.diverged': {
              target: 'asking',
              actions: ['noteDivergence', 'intendRead'],
              meta: { requirements: ['divergence.stop-and-renounce'] },
            },
            'epoch.surpassed': {
              target: 'asking',
              actions: 'intendRead',
              meta: { requirements: ['arbitration.higher-epoch-reads-record'] },
            },
          },
        },
        wary: {
          meta: { requirements: ['failover.read-before-discard'] },
          on: {
            'retry.due': { target: 'asking', actions: 'intendRead' },
            'epoch.surpassed': { target: 'asking', actions: 'intendRead' },
            'peer.trusted': [
              { guard: 'isDiverged', actions: 'trust' },
              { target: 'steady', actions: 'trust' },
            ],
            'peer.suspected': { target: 'asking', actions: ['suspect', 'intendRead'] },
            'log.diverged': { target: 'asking', actions: ['noteDivergence', 'intendRead'] },
          },
        },
        asking: {
          entry: 'ask',
          meta: { requirements: ['arbitration.wait-while-unreachable'] },
          on: {
            'retry.due': askedAgain,
            'peer.trusted': [trustedAgain, trustedTooLate],
            'arbiter.answered': [
              noAnswer,
              {
                guard: 'isAloneMine',
                target: '#failover.won',
                actions: 'remember',
                meta: { requirements: ['failover.promoted-after-record', 'failover.new-epoch'] },
              },
              { guard: 'isBackupProtected', target: 'eligible', actions: 'remember' },
              { guard: 'isBackupJoiningInDoubt', target: 'wary', actions: 'remember' },
              { guard: 'isBackupJoining', target: 'steady', actions: 'remember' },
              {
                target: '#failover.uninvolved',
                actions: ['remember', 'leave', 'settleDoubts', 'tellDiscarded'],
                meta: { requirements: ['failover.read-before-discard'] },
              },
            ],
          },
        },
        eligible: {
          meta: {
            requirements: ['pairing.eligible-when-recorded', 'arbitration.only-named-may-ask'],
          },
          always: [
            {
              guard: 'isTakeover',
              target: 'asking',
              meta: { requirements: ['arbitration.unresolved-request'] },
            },
            {
              guard: 'isDiverged',
              target: 'asking',
              actions: 'intendRenounce',
              meta: { requirements: ['divergence.stop-and-renounce', 'divergence.never-live'] },
            },
            { guard: 'isSuspected', target: 'asking', actions: 'intendTakeover' },
            { target: 'steady', meta: { requirements: ['heartbeat.suspicion-is-not-live'] } },
          ],
        },
      },
    },
    won: {
      meta: { requirements: ['failover.promoted-after-record'] },
      always: [
        { guard: 'isDiverged', target: 'ending', actions: ['tellTaken', 'tellEnded'] },
        { target: 'succeeding', actions: ['tellTaken', 'sealLog'] },
      ],
    },
    succeeding: {
      entry: 'fence',
      meta: {
        requirements: [
          'failover.seal-log',
          'failover.fence-before-live',
          'failover.consume-before-live',
          'storage.new-owner-fences',
        ],
      },
      always: [
        {
          guard: 'isPoweredOn',
          target: 'owning',
          actions: ['settleDoubts', 'tellAlone'],
          meta: { requirements: ['storage.new-owner-fences'] },
        },
        {
          guard: 'isReady',
          target: 'reissuing',
          meta: {
            requirements: ['failover.fence-before-live', 'failover.consume-before-live'],
          },
        },
      ],
      on: {
        'disk.answered': [
          { guard: 'isFenceDone', actions: 'noteFence' },
          { guard: 'isFenceFailed', actions: 'noteFenceLoss' },
        ],
        'retry.due': { guard: 'isFenceLost', actions: ['forgetFenceLoss', 'fence'] },
        'log.consumed': { actions: 'noteConsumption' },
        'log.diverged': {
          target: 'ending',
          actions: ['noteDivergence', 'tellEnded'],
          meta: { requirements: ['divergence.never-live'] },
        },
      },
    },
    reissuing: {
      entry: ['announce', 'tellOutputsDue'],
      meta: {
        requirements: ['failover.announce-address', 'failover.reissue-open-operations'],
      },
      on: {
        'outputs.reissued': {
          target: 'owning',
          actions: ['settleDoubts', 'tellAlone'],
          meta: { requirements: ['failover.promoted-after-record'] },
        },
      },
    },
    ending: {
      entry: ['intendEnd', 'ask'],
      meta: { requirements: ['divergence.never-live'] },
      on: {
        'backup.joined': { target: 'backing', actions: ['settleDoubts', 'becomeBackup'] },
        'retry.due': { target: 'ending', reenter: true },
        'arbiter.answered': [
          noAnswer,
          { guard: 'isAloneMine', target: 'ending', reenter: true, actions: 'remember' },
          { target: 'halted', actions: ['remember', 'leave', 'settleDoubts'] },
        ],
      },
    },
    halted: {
      meta: { requirements: ['failover.loser-halts'] },
      on: {
        'backup.joined': { target: 'backing', actions: ['settleDoubts', 'becomeBackup'] },
      },
    },
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
