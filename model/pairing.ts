// Pairing: whom this node belongs with, what it has reported, and how a backup is made. Spec: protocol, "Pairing".
// Sees the manager, the channel, every message's envelope and `join.due`; hands what is authentic to the other charts.
// Rules that win: a message outside the session is nothing, unless its epoch is higher; T4 once asked for is resolved
// first, whatever the channel does.

import { assertEvent, assign, emit, enqueueActions, setup } from 'xstate';
import { hostOf } from './record.ts';
import type {
  AnyArrival,
  ChartInput,
  Effect,
  FtState,
  Incarnation,
  Input,
  MessageBody,
  PairingTell,
  RefusalCode,
} from './vocabulary.ts';

export interface PairingContext {
  self: Incarnation;
  /** The other node of the session, and the epoch and channel on which its messages count. */
  peer: Incarnation;
  epoch: number;
  connection: number;
  /** The highest connection used or seen. */
  connectionMax: number;
  /** The highest epoch of a hello taken or a record read. */
  epochMax: number;
  reported: FtState;
}
export type PairingEvent =
  | PairingTell
  | AnyArrival
  | Input<'manager.start'>
  | Input<'manager.protect'>
  | Input<'guest.copied'>
  | Input<'channel.opened'>
  | Input<'channel.closed'>
  | { type: 'join.due' };

const surpassed = {
  guard: 'isHigherEpoch',
  actions: 'tellSurpassed',
  meta: { requirements: ['arbitration.higher-epoch-reads-record'] },
} as const;
const heard = { guard: 'isSession', actions: 'hearChannel' } as const;
const busy = {
  actions: 'refuseBusy',
  meta: { requirements: ['pairing.hello-checks'] },
} as const;
const busyAndSurpassed = {
  guard: 'isHigherEpoch',
  actions: ['refuseBusy', 'tellSurpassed'],
  meta: { requirements: ['pairing.hello-checks', 'arbitration.higher-epoch-reads-record'] },
} as const;
const refusedNotAlone = {
  actions: 'refuseNotAlone',
  meta: { requirements: ['lifecycle.operations-on-owner'] },
} as const;
const surrendered = {
  target: '#pairing.owner.surrendering',
  meta: { requirements: ['pairing.sync-failure-leaves-owner-running'] },
} as const;

export const pairing = setup({
  types: {
    context: {} as PairingContext,
    events: {} as PairingEvent,
    emitted: {} as Effect,
    input: {} as ChartInput,
  },
  guards: {
    isOwnHost: ({ context, event }) =>
      event.type === 'manager.protect' && hostOf(event.peer) === hostOf(context.self),
    isSession: ({ context, event }) =>
      'via' in event &&
      event.vm === 'vm' &&
      event.epoch === context.epoch &&
      event.from === context.peer &&
      (event.via === context.connection || event.type === 'beat.received'),
    isHigherEpoch: ({ context, event }) =>
      'via' in event && event.vm === 'vm' && event.epoch > context.epoch,
    isFutureAcknowledgement: ({ context, event }) =>
      event.type === 'acknowledge.received' &&
      event.vm === 'vm' &&
      event.from === context.peer &&
      event.via === context.connection &&
      event.epoch > context.epoch,
    isOwnConnection: ({ context, event }) =>
      (event.type === 'channel.opened' || event.type === 'channel.closed') &&
      event.connection === context.connection,
    isWelcomeHello: ({ context, event }) => refusalOf(context, event) === null,
    isConnected: ({ context }) => context.connection !== 0,
  },
  actions: {
    adoptEpoch: assign(({ event }) => {
      assertEvent(event, ['record.alone', 'record.joining', 'record.taken']);
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
        epochMax: Math.max(context.epochMax, event.epoch),
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
    forgetPeer: assign({ peer: '' }),
    forgetSession: assign({ peer: '', epoch: 0, connection: 0 }),
    forgetConnection: assign({ connection: 0 }),
    nameConnection: assign(({ context }) => ({
      connection: context.connectionMax + 1,
      connectionMax: context.connectionMax + 1,
    })),
    openChannel: emit(({ context }) => ({
      type: 'channel.open' as const,
      peer: context.peer,
      connection: context.connection,
    })),
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
    sendWelcome: emit(({ context }) => sent(context, { kind: 'welcome', next: 1 })),
    sendReady: emit(({ context }) => sent(context, { kind: 'ready' })),
    refuseHello: emit(({ context, event }) => {
      assertEvent(event, 'hello.received');
      return refusal(context, event, refusalOf(context, event) ?? 'busy');
    }),
    refuseBusy: emit(({ context, event }) => {
      assertEvent(event, 'hello.received');
      return refusal(context, event, 'busy');
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
    haltGuest: emit(({ event }) => ({
      type: 'guest.halt' as const,
      reason:
        event.type === 'ownership.lost' || event.type === 'membership.ended'
          ? event.reason
          : 'not-ready',
    })),
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
    reportHalted: enqueueActions(({ event, enqueue }) => {
      enqueue.assign({ reported: 'halted' });
      enqueue.emit({
        type: 'report',
        state: 'halted',
        reason: event.type === 'ownership.lost' ? event.reason : 'superseded',
      });
    }),
    reportNeedSecondary: enqueueActions(({ event, enqueue }) => {
      assertEvent(event, 'record.alone');
      const reason = event.reason === 'takeover' ? 'lost-connection' : event.reason;
      enqueue.assign({ reported: 'needSecondary' });
      enqueue.emit({ type: 'report', state: 'needSecondary', reason });
    }),
    refuseStarted: emit({ type: 'refused', code: 'already-started' }),
    refuseNotOwner: emit({ type: 'refused', code: 'not-owner' }),
    refuseNotAlone: emit({ type: 'refused', code: 'not-alone' }),
    refuseSameHost: emit({ type: 'refused', code: 'same-host' }),
    wantStart: emit({ type: 'host.tell', to: 'failover', event: { type: 'start.wanted' } }),
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
      event: { type: 'backup.joined' as const, epoch: context.epoch },
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
        event: { type: 'acknowledge.arrived' as const, upto: event.upto },
      };
    }),
    passAlive: emit(({ event }) => {
      assertEvent(event, 'alive.received');
      return {
        type: 'host.tell' as const,
        to: 'logging' as const,
        event: { type: 'alive.arrived' as const, watermark: event.watermark },
      };
    }),
  },
}).createMachine({
  id: 'pairing',
  context: ({ input }) => ({
    self: input.self,
    peer: '',
    epoch: 0,
    connection: 0,
    connectionMax: 0,
    epochMax: 0,
    reported: 'notConfigured',
  }),
  initial: 'idle',
  on: {
    'manager.start': { actions: 'refuseStarted' },
    'manager.protect': {
      actions: 'refuseNotOwner',
      meta: { requirements: ['lifecycle.operations-on-owner'] },
    },
    'channel.opened': { actions: 'seeConnection' },
    'epoch.seen': { actions: 'seeEpoch' },
  },
  states: {
    idle: {
      on: {
        'manager.start': { target: 'starting', actions: 'wantStart' },
        'hello.received': [
          {
            guard: 'isWelcomeHello',
            target: 'backup',
            actions: ['adoptSession', 'sendWelcome', 'beginBeats', 'beginAlives', 'tellJoined'],
            meta: { requirements: ['pairing.hello-checks'] },
          },
          { actions: 'refuseHello', meta: { requirements: ['pairing.hello-checks'] } },
        ],
      },
    },
    starting: {
      on: {
        'hello.received': busy,
        'start.refused': { target: 'idle', actions: 'reportNotConfigured' },
        'record.taken': 'powering',
      },
    },
    powering: {
      meta: { requirements: ['storage.new-owner-fences'] },
      on: {
        'manager.protect': refusedNotAlone,
        'hello.received': busy,
        'record.alone': {
          target: 'owner',
          actions: ['adoptEpoch', 'openGate', 'runGuest', 'reportNeedSecondary'],
          meta: { requirements: ['storage.new-owner-fences', 'protection.need-secondary-reason'] },
        },
        'ownership.lost': { target: 'halted', actions: ['haltGuest', 'reportHalted'] },
      },
    },
    owner: {
      initial: 'alone',
      on: {
        'manager.protect': refusedNotAlone,
        'hello.received': [busyAndSurpassed, busy],
        'welcome.received': surpassed,
        'refuse.received': surpassed,
        'copy.received': surpassed,
        'ready.received': [heard, surpassed],
        'entry.received': surpassed,
        'alive.received': [heard, surpassed],
        'diverged.received': surpassed,
        'beat.received': [
          {
            guard: 'isSession',
            actions: 'hearBeat',
            meta: { requirements: ['heartbeat.identified-beats'] },
          },
          surpassed,
        ],
        'acknowledge.received': [
          {
            guard: 'isSession',
            actions: ['hearChannel', 'passAcknowledgement'],
            meta: { requirements: ['logging.cumulative-acknowledgement'] },
          },
          { guard: 'isHigherEpoch', actions: 'tellSurpassed' },
          { meta: { requirements: ['logging.ignore-old-epoch'] } },
        ],
        'record.alone': {
          target: '.alone',
          actions: [
            'adoptEpoch',
            'forgetPeer',
            'closeChannel',
            'endHeartbeat',
            'reportNeedSecondary',
            'openGate',
          ],
          meta: {
            requirements: ['failover.alone-after-record', 'protection.need-secondary-reason'],
          },
        },
        'ownership.lost': {
          target: 'halted',
          actions: [
            'haltGuest',
            'shutGate',
            'closeChannel',
            'endHeartbeat',
            'reportHalted',
            'forgetSession',
          ],
          meta: { requirements: ['failover.loser-halts', 'output.nothing-after-loss'] },
        },
      },
      states: {
        alone: {
          on: {
            'manager.protect': [
              {
                guard: 'isOwnHost',
                actions: 'refuseSameHost',
                meta: { requirements: ['pairing.distinct-hosts'] },
              },
              {
                target: 'recording',
                actions: 'wantJoin',
                meta: { requirements: ['protection.new-backup-after-go-live'] },
              },
            ],
          },
        },
        recording: {
          meta: { requirements: ['pairing.epoch-before-first-entry'] },
          on: {
            'record.joining': {
              target: 'joining',
              actions: [
                'adoptEpoch',
                'adoptPeer',
                'nameConnection',
                'reportStarting',
                'openChannel',
              ],
              meta: { requirements: ['pairing.epoch-before-first-entry'] },
            },
          },
        },
        joining: {
          initial: 'connecting',
          on: {
            'join.due': surrendered,
            'refuse.received': [{ guard: 'isSession', ...surrendered }, surpassed],
            'peer.misbehaved': surrendered,
            'diverged.received': [{ guard: 'isSession', ...surrendered }, surpassed],
            'channel.closed': { guard: 'isOwnConnection', ...surrendered },
            'acknowledge.received': [
              { guard: 'isSession', actions: ['hearChannel', 'passAcknowledgement'] },
              { guard: 'isFutureAcknowledgement', ...surrendered },
              { guard: 'isHigherEpoch', actions: 'tellSurpassed' },
              { meta: { requirements: ['logging.ignore-old-epoch'] } },
            ],
          },
          states: {
            connecting: {
              on: {
                'channel.opened': {
                  guard: 'isOwnConnection',
                  target: 'greeting',
                  actions: ['sendHello', 'beginBeats'],
                },
              },
            },
            greeting: {
              on: {
                'welcome.received': [
                  {
                    guard: 'isSession',
                    target: 'copying',
                    actions: ['hearChannel', 'beginAlives', 'copyGuest'],
                    meta: { requirements: ['pairing.exact-copy'] },
                  },
                  surpassed,
                ],
              },
            },
            copying: {
              on: {
                'guest.copied': {
                  target: 'syncing',
                  actions: 'beginLog',
                  meta: { requirements: ['pairing.exact-copy'] },
                },
              },
            },
            syncing: {
              on: {
                'ready.received': [
                  {
                    guard: 'isSession',
                    target: 'draining',
                    actions: ['hearChannel', 'closeGate'],
                    meta: { requirements: ['pairing.drain-before-protect'] },
                  },
                  surpassed,
                ],
              },
            },
            draining: {
              on: {
                'log.drained': {
                  target: '#pairing.owner.protecting',
                  actions: 'wantProtect',
                  meta: { requirements: ['pairing.drain-before-protect'] },
                },
              },
            },
          },
        },
        protecting: {
          meta: { requirements: ['pairing.eligible-when-recorded'] },
          on: {
            'channel.closed': {
              guard: 'isOwnConnection',
              actions: ['forgetConnection', 'mournChannel'],
            },
            'peer.misbehaved': { guard: 'isConnected', actions: ['closeChannel', 'mournChannel'] },
            'acknowledge.received': [
              { guard: 'isSession', actions: ['hearChannel', 'passAcknowledgement'] },
              { guard: 'isFutureAcknowledgement', actions: ['closeChannel', 'mournChannel'] },
              { guard: 'isHigherEpoch', actions: 'tellSurpassed' },
              { meta: { requirements: ['logging.ignore-old-epoch'] } },
            ],
            'diverged.received': [
              { guard: 'isSession', actions: ['hearChannel', 'tellPeerDiverged'] },
              surpassed,
            ],
            'record.protected': {
              target: 'guarded',
              actions: ['reportRunning', 'beginWatch', 'mournIfLost'],
              meta: { requirements: ['pairing.eligible-when-recorded'] },
            },
          },
        },
        guarded: {
          meta: { requirements: ['output.hold-until-acknowledged'] },
          on: {
            'channel.closed': {
              guard: 'isOwnConnection',
              actions: ['forgetConnection', 'mournChannel'],
              meta: { requirements: ['heartbeat.suspect-on-silence'] },
            },
            'peer.misbehaved': {
              guard: 'isConnected',
              actions: ['closeChannel', 'mournChannel'],
              meta: { requirements: ['logging.acknowledgement-beyond-sent'] },
            },
            'acknowledge.received': [
              { guard: 'isSession', actions: ['hearChannel', 'passAcknowledgement'] },
              {
                guard: 'isFutureAcknowledgement',
                actions: ['closeChannel', 'mournChannel'],
                meta: { requirements: ['logging.acknowledgement-beyond-sent'] },
              },
              { guard: 'isHigherEpoch', actions: 'tellSurpassed' },
              { meta: { requirements: ['logging.ignore-old-epoch'] } },
            ],
            'diverged.received': [
              {
                guard: 'isSession',
                actions: ['hearChannel', 'tellPeerDiverged'],
                meta: { requirements: ['divergence.stop-and-renounce'] },
              },
              surpassed,
            ],
          },
        },
        surrendering: {
          entry: ['closeChannel', 'endHeartbeat', 'abandonLog', 'wantSurrender'],
          meta: { requirements: ['pairing.sync-failure-leaves-owner-running'] },
        },
      },
    },
    backup: {
      initial: 'welcomed',
      on: {
        'hello.received': [busyAndSurpassed, busy],
        'welcome.received': surpassed,
        'refuse.received': surpassed,
        'copy.received': surpassed,
        'ready.received': surpassed,
        'entry.received': surpassed,
        'acknowledge.received': surpassed,
        'diverged.received': surpassed,
        'alive.received': [heard, surpassed],
        'beat.received': [
          {
            guard: 'isSession',
            actions: 'hearBeat',
            meta: { requirements: ['heartbeat.identified-beats'] },
          },
          surpassed,
        ],
        'membership.ended': {
          target: 'idle',
          actions: [
            'haltGuest',
            'shutGate',
            'closeChannel',
            'endHeartbeat',
            'forgetSession',
            'reportNotConfigured',
          ],
          meta: { requirements: ['failover.read-before-discard'] },
        },
      },
      states: {
        welcomed: {
          on: {
            'copy.received': [
              {
                guard: 'isSession',
                target: 'ready',
                actions: ['restoreGuest', 'beginReplay', 'sendReady', 'beginWatch', 'tellReadied'],
                meta: { requirements: ['pairing.exact-copy', 'output.silent-in-replay'] },
              },
              surpassed,
            ],
            'channel.closed': {
              guard: 'isOwnConnection',
              target: '#pairing.idle',
              actions: [
                'forgetConnection',
                'haltGuest',
                'endHeartbeat',
                'tellLeft',
                'forgetSession',
                'reportNotConfigured',
              ],
            },
          },
        },
        ready: {
          on: {
            'entry.received': [
              {
                guard: 'isSession',
                actions: ['hearChannel', 'passEntry'],
                meta: { requirements: ['logging.acknowledge-held-entries'] },
              },
              surpassed,
            ],
            'alive.received': [
              {
                guard: 'isSession',
                actions: ['hearChannel', 'passAlive'],
                meta: { requirements: ['logging.issued-watermark'] },
              },
              surpassed,
            ],
            'channel.closed': {
              guard: 'isOwnConnection',
              actions: ['forgetConnection', 'mournChannel'],
              meta: { requirements: ['failover.read-before-discard'] },
            },
            'peer.misbehaved': {
              guard: 'isConnected',
              actions: ['closeChannel', 'mournChannel'],
              meta: { requirements: ['logging.undecodable-not-acknowledged'] },
            },
            'record.taken': {
              target: '#pairing.succeeding',
              actions: ['closeChannel', 'endHeartbeat', 'adoptEpoch', 'forgetPeer'],
              meta: { requirements: ['failover.seal-log'] },
            },
          },
        },
      },
    },
    succeeding: {
      meta: { requirements: ['failover.promoted-after-record'] },
      on: {
        'manager.protect': refusedNotAlone,
        'hello.received': busy,
        'record.alone': {
          target: 'owner',
          actions: ['adoptEpoch', 'runGuest', 'reportNeedSecondary'],
          meta: {
            requirements: [
              'failover.promoted-after-record',
              'failover.new-epoch',
              'protection.need-secondary-reason',
            ],
          },
        },
        'ownership.lost': {
          target: 'halted',
          actions: ['haltGuest', 'shutGate', 'reportHalted', 'forgetSession'],
          meta: { requirements: ['divergence.never-live'] },
        },
      },
    },
    halted: {
      meta: { requirements: ['failover.loser-halts'] },
      on: {
        'hello.received': [
          {
            guard: 'isWelcomeHello',
            target: 'backup',
            actions: ['adoptSession', 'sendWelcome', 'beginBeats', 'beginAlives', 'tellJoined'],
            meta: { requirements: ['pairing.hello-checks'] },
          },
          { actions: 'refuseHello', meta: { requirements: ['pairing.hello-checks'] } },
        ],
      },
    },
  },
});

function sent(
  context: PairingContext,
  body: MessageBody,
  connection = context.connection,
): Extract<Effect, { type: 'channel.send' }> {
  const envelope = { vm: 'vm' as const, epoch: context.epoch, from: context.self };
  return { type: 'channel.send', connection, message: { ...envelope, ...body } };
}

/** A refusal carries the epoch of the hello: whoever refuses has none of its own for that pairing. */
function refusal(
  context: PairingContext,
  hello: Extract<AnyArrival, { type: 'hello.received' }>,
  code: RefusalCode,
): Extract<Effect, { type: 'channel.send' }> {
  return sent({ ...context, epoch: hello.epoch }, { kind: 'refuse', code }, hello.via);
}

/** spec: pairing.hello-checks */
function refusalOf(context: PairingContext, event: PairingEvent): RefusalCode | null {
  if (event.type !== 'hello.received') return null;
  if (event.vm !== 'vm') return 'wrong-vm';
  if (event.to !== context.self) return 'wrong-incarnation';
  if (hostOf(event.from) === hostOf(context.self)) return 'same-host';
  if (event.connection !== event.via || event.next !== 1) return 'wrong-connection';
  if (event.configuration !== 'equal') return 'configuration';
  return event.epoch > context.epochMax ? null : 'superseded';
}
