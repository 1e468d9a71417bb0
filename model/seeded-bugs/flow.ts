// Bugs in what is made of lag: each rule of it left out once. Spec: protocol, "Flow".

import { emit, enqueueActions } from 'xstate';
import type { Bounds } from '../environment/manager.ts';
import { shareOf } from '../logging/outputs.ts';
import { logging } from '../logging.ts';
import { calm } from '../rows.ts';
import { type SeededBug, withCharts } from './bug.ts';

const lagging: Bounds = { ...calm, lagging: true, alives: true, throttleMax: 2 };

export const flowBugs: readonly SeededBug[] = [
  {
    name: 'consumed-when-held',
    about: 'a backup says that it has consumed what it holds',
    property: 'flow.lag-in-acknowledgements',
    steps: 16,
    bounds: lagging,
    variant: withCharts({
      logging: logging.provide({
        actions: {
          acknowledge: emit(({ context }) => ({
            type: 'channel.send' as const,
            connection: context.connection,
            message: {
              vm: 'vm' as const,
              epoch: context.epoch,
              from: context.self,
              kind: 'acknowledge' as const,
              upto: context.held,
              applied: context.held,
            },
          })),
        },
      }),
    }),
  },
  {
    name: 'never-slowed',
    about: 'an owner whose backup lags does not slow its guest',
    property: 'flow.throttle-when-lagging',
    steps: 18,
    bounds: lagging,
    variant: withCharts({ logging: logging.provide({ guards: { isLagging: () => false } }) }),
  },
  {
    name: 'slowed-for-nothing',
    about: 'an owner slows its guest whenever something is not consumed, lag or no lag',
    property: 'flow.throttle-when-lagging',
    steps: 18,
    bounds: lagging,
    variant: withCharts({
      logging: logging.provide({
        guards: {
          isLagging: ({ context, event }) =>
            event.type === 'lag.measured' &&
            context.sent > context.consumed &&
            context.throttle < context.throttleMax,
        },
      }),
    }),
  },
  {
    name: 'slowed-at-once',
    about: 'an owner takes all that may be taken in one step',
    property: 'flow.throttle-when-lagging',
    steps: 18,
    bounds: lagging,
    variant: withCharts({
      logging: logging.provide({
        actions: {
          takeShare: enqueueActions(({ context, enqueue }) => {
            enqueue.assign({ throttle: context.throttleMax });
            enqueue.emit({ type: 'guest.throttle', share: shareOf(context.throttleMax) });
          }),
        },
      }),
    }),
  },
  {
    name: 'never-given-back',
    about: 'a share once taken stays taken while the pair lasts',
    property: 'flow.throttle-given-back',
    steps: 20,
    bounds: lagging,
    variant: withCharts({ logging: logging.provide({ guards: { isCaughtUp: () => false } }) }),
  },
  {
    name: 'slowed-for-ever',
    about: 'an owner that goes alone leaves its guest as slow as it was',
    property: 'flow.full-share-when-over',
    steps: 21,
    bounds: lagging,
    variant: withCharts({
      logging: logging.provide({ actions: { giveAllBack: enqueueActions(() => {}) } }),
    }),
  },
  {
    name: 'share-after-the-outputs',
    about: 'an owner that goes alone issues what was held before its guest has its share again',
    property: 'flow.full-share-when-over',
    steps: 21,
    bounds: lagging,
    variant: withCharts({
      logging: logging.provide({
        actions: {
          giveAllBack: enqueueActions(({ context, enqueue }) => {
            for (const { channel, position, data } of context.waiting) {
              enqueue.emit({ type: 'output.emit', channel, position, data });
            }
            enqueue.assign({ waiting: [] });
            if (context.throttle > 0) enqueue.emit({ type: 'guest.throttle', share: shareOf(0) });
            enqueue.assign({ throttle: 0 });
          }),
        },
      }),
    }),
  },
  {
    name: 'held-for-its-share',
    about: 'an owner that slows its guest holds it',
    property: 'flow.throttle-only-processor-share',
    steps: 18,
    bounds: lagging,
    variant: withCharts({
      logging: logging.provide({
        actions: {
          takeShare: enqueueActions(({ context, enqueue }) => {
            enqueue.assign({ throttle: context.throttle + 1 });
            enqueue.emit({ type: 'guest.throttle', share: shareOf(context.throttle + 1) });
            enqueue.emit({ type: 'guest.hold' });
          }),
        },
      }),
    }),
  },
  {
    name: 'slowed-without-a-channel',
    about: 'an owner that opens its channel again measures a lag with no keep-alive to send',
    property: 'flow.throttle-only-processor-share',
    steps: 18,
    bounds: { ...lagging, reconnect: true, breaks: 1, positionsMax: 1 },
    variant: withCharts({
      logging: logging.provide({
        guards: {
          isLagging: ({ context, event }) =>
            event.type === 'lag.measured' &&
            event.above &&
            context.sent > context.consumed &&
            context.throttle < context.throttleMax,
        },
      }),
    }),
  },
];
