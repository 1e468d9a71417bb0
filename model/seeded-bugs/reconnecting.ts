// Bugs sown into how a pair gets its channel back, one guard or action each; two where the other side's check would hide
// the first. Steps are the length of the shortest counterexample. Spec: protocol, "Reconnecting".

import { assertEvent, assign, emit, enqueueActions } from 'xstate';
import type { Bounds } from '../environment/manager.ts';
import { failover } from '../failover.ts';
import { logging } from '../logging.ts';
import { pairing } from '../pairing.ts';
import { calm } from '../rows.ts';
import type { MessageBody } from '../vocabulary.ts';
import { type SeededBug, withCharts } from './bug.ts';

const broken: Bounds = { ...calm, reconnect: true, breaks: 1 };

/** A backup that wants another entry than the next, and an owner that takes any for right. */
const wanting = (of: (next: number) => number) =>
  logging.provide({
    actions: {
      takeResumption: emit(({ context, event }) => {
        assertEvent(event, 'resumption.granted');
        const { connection } = event;
        return {
          type: 'host.tell' as const,
          to: 'pairing' as const,
          event: { type: 'resumption.taken' as const, connection, next: of(context.held + 1) },
        };
      }),
    },
    guards: { isResumable: () => true },
  });

export const reconnectingBugs: readonly SeededBug[] = [
  {
    name: 'closed-channel-suspected',
    about: 'a node that may reconnect takes a closed channel for the end of its pair',
    property: 'pairing.closed-channel-is-silence',
    steps: 13,
    bounds: broken,
    variant: withCharts({ pairing: pairing.provide({ guards: { isRegainable: () => false } }) }),
  },
  {
    name: 'older-connection-left-open',
    about: 'a backup that accepts a connection leaves the older one as it is',
    property: 'pairing.newer-connection-replaces',
    steps: 18,
    bounds: broken,
    variant: withCharts({
      pairing: pairing.provide({
        actions: {
          closeChannel: enqueueActions(({ context, event, enqueue }) => {
            if (context.connection === 0 || event.type === 'resumption.taken') return;
            enqueue.emit({ type: 'channel.close', connection: context.connection });
            enqueue.assign({ connection: 0 });
          }),
        },
      }),
    }),
  },
  {
    name: 'welcomed-while-arbitrating',
    about: 'a backup goes on with an owner whose place it has asked for',
    property: 'pairing.arbitrating-answer',
    steps: 21,
    bounds: broken,
    variant: withCharts({
      failover: failover.provide({
        actions: {
          refuseArbitrating: emit(({ event }) => {
            assertEvent(event, 'resumption.asked');
            const { connection, next } = event;
            return {
              type: 'host.tell' as const,
              to: 'logging' as const,
              event: { type: 'resumption.granted' as const, connection, next },
            };
          }),
        },
      }),
    }),
  },
  {
    name: 'sealed-backup-welcomes',
    about: 'a backup that has won the machine welcomes its old owner',
    property: 'pairing.sealed-refuses',
    steps: 23,
    bounds: broken,
    variant: withCharts({
      pairing: pairing.provide({
        actions: {
          refuseBusy: enqueueActions(({ context, event, enqueue }) => {
            assertEvent(event, 'hello.received');
            const body: MessageBody = { kind: 'welcome', next: event.next };
            const envelope = { vm: 'vm' as const, epoch: event.epoch, from: context.self };
            const message = { ...envelope, ...body };
            enqueue.emit({ type: 'channel.send', connection: event.via, message });
          }),
        },
      }),
    }),
  },
  {
    name: 'entries-not-kept',
    about: 'an owner forgets an entry as soon as it is sent',
    property: 'logging.keep-unacknowledged',
    steps: 12,
    bounds: broken,
    variant: withCharts({ logging: logging.provide({ actions: { keepEntry: assign({}) } }) }),
  },
  {
    name: 'entries-not-sent-again',
    about: 'an owner that is welcomed again goes on with the next entry that its guest makes',
    property: 'logging.resume-at-next',
    steps: 20,
    bounds: broken,
    variant: withCharts({
      logging: logging.provide({ actions: { sendEntriesAgain: enqueueActions(() => {}) } }),
    }),
  },
  {
    name: 'welcome-not-counted',
    about: 'an owner waits for the acknowledgement that was lost with the old connection',
    property: 'logging.resume-acknowledges',
    steps: 21,
    bounds: broken,
    variant: withCharts({
      logging: logging.provide({
        actions: {
          countResumption: assign(({ event }) => {
            assertEvent(event, 'log.resumed');
            return { connection: event.connection, told: 0 };
          }),
        },
      }),
    }),
  },
  {
    name: 'forgotten-entries-accepted',
    about: 'a backup wants its log from the beginning, and its owner does not compare',
    property: 'logging.resume-below-acknowledged',
    steps: 22,
    bounds: broken,
    variant: withCharts({ logging: wanting(() => 1) }),
  },
  {
    name: 'skipped-entries-accepted',
    about: 'a backup wants an entry less than it lacks, and its owner does not compare',
    property: 'logging.resume-beyond-sent',
    steps: 19,
    bounds: broken,
    variant: withCharts({ logging: wanting((next) => next + 1) }),
  },
  {
    name: 'gap-accepted',
    about: 'an owner says that it keeps nothing, and its backup does not compare',
    property: 'logging.resume-not-kept',
    steps: 19,
    bounds: broken,
    variant: withCharts({
      logging: logging.provide({
        actions: {
          tellNext: emit(({ context }) => ({
            type: 'host.tell' as const,
            to: 'pairing' as const,
            event: { type: 'log.resumable' as const, next: context.sent + 1 },
          })),
        },
        guards: { isWithoutGap: () => true },
      }),
    }),
  },
  {
    name: 'held-outputs-dropped',
    about: 'an owner whose channel closes forgets the outputs that wait at its gate',
    property: 'logging.reconnect-keeps-held',
    steps: 17,
    bounds: broken,
    variant: withCharts({
      logging: logging.provide({
        actions: { noteTold: assign(({ context }) => ({ told: context.sent, waiting: [] })) },
      }),
    }),
  },
];
