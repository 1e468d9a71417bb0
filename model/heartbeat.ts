// Heartbeat: when to send signs of life, and when the peer is suspected. Spec: protocol, "Heartbeat".
// Sees the four deadlines of beats and silence, and tells from pairing of what was heard. It never asks the arbiter.
// Rule that wins: a lost channel is never forgiven; silence is forgiven when neither path is silent any more.

import { assertEvent, assign, emit, setup } from 'xstate';
import type { ChartInput, Effect, HeartbeatTell, Incarnation } from './vocabulary.ts';

export interface HeartbeatContext {
  self: Incarnation;
  peer: Incarnation;
  epoch: number;
  beatSilent: boolean;
  channelSilent: boolean;
}
export type HeartbeatEvent =
  | HeartbeatTell
  | { type: 'beat.due' }
  | { type: 'alive.due' }
  | { type: 'lag.due' }
  | { type: 'beat-timeout.due' }
  | { type: 'channel-timeout.due' };

/** Only who watches has read `protected`, or holds a copy; without a channel no `alive` is sent. */
const measuring = {
  'alive.due': { actions: 'tellLag' },
  'lag.due': { actions: 'tellLag' },
} as const;

export const heartbeat = setup({
  types: {
    context: {} as HeartbeatContext,
    events: {} as HeartbeatEvent,
    emitted: {} as Effect,
    input: {} as ChartInput,
  },
  guards: {
    isChannelHeard: ({ context }) => !context.channelSilent,
    isBeatHeard: ({ context }) => !context.beatSilent,
  },
  actions: {
    meetPeer: assign(({ context, event }) =>
      event.type === 'beats.begun' ? { epoch: event.epoch, peer: event.peer } : context,
    ),
    forgetPeer: assign({ epoch: 0, peer: '', beatSilent: false, channelSilent: false }),
    forgiveAll: assign({ beatSilent: false, channelSilent: false }),
    noteBeat: assign({ beatSilent: false }),
    noteChannel: assign({ channelSilent: false }),
    missBeat: assign({ beatSilent: true }),
    missChannel: assign({ channelSilent: true }),
    sendBeat: emit(({ context }) => ({
      type: 'datagram.send' as const,
      to: context.peer,
      message: {
        kind: 'beat' as const,
        vm: 'vm' as const,
        epoch: context.epoch,
        from: context.self,
      },
    })),
    askAlive: emit({ type: 'host.tell', to: 'logging', event: { type: 'alive.due' } }),
    tellLag: emit(({ event }) => ({
      type: 'host.tell' as const,
      to: 'logging' as const,
      event: { type: 'lag.measured' as const, above: event.type === 'lag.due' },
    })),
    suspectPeer: emit({
      type: 'host.tell',
      to: 'failover',
      event: { type: 'peer.suspected', lost: false },
    }),
    mournChannel: emit({
      type: 'host.tell',
      to: 'failover',
      event: { type: 'peer.suspected', lost: true },
    }),
    warnPairing: emit({ type: 'host.tell', to: 'pairing', event: { type: 'peer.suspected' } }),
    passBreak: emit({ type: 'host.tell', to: 'failover', event: { type: 'channel.broken' } }),
    passResumption: emit(({ event }) => {
      assertEvent(event, 'resumption.asked');
      return { type: 'host.tell' as const, to: 'failover' as const, event };
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
    trustPeer: emit({ type: 'host.tell', to: 'failover', event: { type: 'peer.trusted' } }),
  },
}).createMachine({
  id: 'heartbeat',
  context: ({ input }) => ({
    self: input.self,
    peer: '',
    epoch: 0,
    beatSilent: false,
    channelSilent: false,
  }),
  type: 'parallel',
  meta: { requirements: ['lifecycle.unusable-input-ignored'] },
  states: {
    sending: {
      initial: 'silent',
      on: { 'session.ended': { target: '.silent', actions: 'forgetPeer' } },
      states: {
        silent: { on: { 'beats.begun': { target: 'beating', actions: 'meetPeer' } } },
        beating: {
          meta: { requirements: ['heartbeat.send-every-interval'] },
          on: {
            'beat.due': {
              actions: 'sendBeat',
              meta: { requirements: ['heartbeat.send-every-interval'] },
            },
            'alives.begun': 'lively',
          },
        },
        lively: {
          meta: { requirements: ['heartbeat.keep-alive-outside-log'] },
          on: {
            'beat.due': {
              actions: 'sendBeat',
              meta: { requirements: ['heartbeat.send-every-interval'] },
            },
            'lag.due': { actions: 'askAlive' },
            'alive.due': {
              actions: 'askAlive',
              meta: {
                requirements: [
                  'heartbeat.keep-alive-outside-log',
                  'flow.control-not-blocked',
                  'heartbeat.keep-alive-sent',
                  'heartbeat.keep-alive-not-flow-controlled',
                ],
              },
            },
          },
        },
      },
    },
    watching: {
      initial: 'inattentive',
      on: { 'session.ended': '.inattentive' },
      states: {
        inattentive: {
          on: {
            'watch.begun': {
              target: 'trusting',
              actions: 'forgiveAll',
              meta: { requirements: ['heartbeat.timers-restart-with-epoch'] },
            },
          },
        },
        trusting: {
          meta: { requirements: ['heartbeat.identified-beats', 'heartbeat.slow-is-not-dead'] },
          on: {
            ...measuring,
            'beat-timeout.due': {
              target: 'suspecting',
              actions: ['missBeat', 'suspectPeer', 'warnPairing'],
              meta: { requirements: ['heartbeat.suspect-on-silence'] },
            },
            'channel-timeout.due': {
              target: 'suspecting',
              actions: ['missChannel', 'suspectPeer', 'warnPairing'],
              meta: {
                requirements: [
                  'heartbeat.suspect-on-silence',
                  'heartbeat.suspect-on-channel-silence',
                ],
              },
            },
            'channel.lost': {
              target: 'bereft',
              actions: 'mournChannel',
              meta: { requirements: ['heartbeat.suspect-on-silence'] },
            },
            'channel.broken': {
              actions: 'passBreak',
              meta: { requirements: ['pairing.closed-channel-is-silence'] },
            },
            'resumption.asked': { actions: 'passResumption' },
          },
        },
        suspecting: {
          meta: { requirements: ['heartbeat.suspicion-is-not-live'] },
          on: {
            ...measuring,
            'beat-timeout.due': { actions: 'missBeat' },
            'channel-timeout.due': { actions: 'missChannel' },
            'beat.heard': [
              { guard: 'isChannelHeard', target: 'trusting', actions: ['noteBeat', 'trustPeer'] },
              { actions: 'noteBeat' },
            ],
            'channel.heard': [
              { guard: 'isBeatHeard', target: 'trusting', actions: ['noteChannel', 'trustPeer'] },
              { actions: 'noteChannel' },
            ],
            // Silence is not asked about again.
            'channel.lost': {
              target: 'bereft',
              actions: ['forgiveAll', 'mournChannel'],
              meta: { requirements: ['heartbeat.suspect-on-silence'] },
            },
            'channel.broken': {
              target: 'bereft',
              actions: 'mournChannel',
              meta: { requirements: ['heartbeat.suspect-on-silence'] },
            },
            'resumption.asked': { actions: 'passResumption' },
          },
        },
        bereft: {
          meta: { requirements: ['heartbeat.suspicion-is-not-live'] },
          on: {
            'resumption.asked': {
              actions: 'refuseArbitrating',
              meta: { requirements: ['pairing.arbitrating-answer'] },
            },
          },
        },
      },
    },
  },
});
