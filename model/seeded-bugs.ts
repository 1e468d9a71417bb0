// Bugs sown one at a time into the right model, by a named guard or action of a chart or a named switch of the
// environment: the proof that each property can fail. Steps are the length of the shortest counterexample.

import { emit, enqueueActions } from 'xstate';
import type { Bounds } from './environment/manager.ts';
import { failover } from './failover.ts';
import type { LoggedOutput } from './logging/context.ts';
import { logging } from './logging.ts';
import { pairing } from './pairing.ts';
import { proposalOf } from './record.ts';
import { calm } from './rows.ts';
import { type SeededBug, withCharts } from './seeded-bugs/bug.ts';
import { flowBugs } from './seeded-bugs/flow.ts';
import { hostileBugs } from './seeded-bugs/hostile.ts';
import { lifecycleBugs } from './seeded-bugs/lifecycle.ts';
import { livenessBugs } from './seeded-bugs/liveness.ts';
import { reconnectingBugs } from './seeded-bugs/reconnecting.ts';
import { replacingBugs } from './seeded-bugs/replacing.ts';
import { rightVariant } from './system.ts';
import type { NodeEffect } from './vocabulary.ts';

const faulty: Bounds = { ...calm, crashes: 1, breaks: 1 };
const onDisk: Bounds = { ...faulty, outputs: ['disk'] };

export const seededBugs: readonly SeededBug[] = [
  {
    name: 'release-before-acknowledgement',
    about: 'an output behind the closed gate leaves at once',
    property: 'output.hold-until-acknowledged',
    steps: 15,
    bounds: faulty,
    variant: withCharts({
      logging: logging.provide({
        actions: {
          holdOutput: emit(({ event }) =>
            event.type === 'guest.output'
              ? emission({ ...event, seq: 0, operation: 0 })
              : { type: 'guest.run' as const },
          ),
        },
      }),
    }),
  },
  {
    name: 'released-on-suspicion',
    about: 'what is held leaves when the channel is lost',
    property: 'output.hold-until-acknowledged',
    steps: 16,
    bounds: faulty,
    variant: withCharts({
      logging: logging.provide({
        actions: {
          loseChannel: enqueueActions(({ context, enqueue }) => {
            for (const output of context.waiting) enqueue.emit(emission(output));
            enqueue.assign({ waiting: [], connection: 0 });
          }),
        },
      }),
    }),
  },
  {
    name: 'gate-closed-after-protect',
    about: 'the gate is closed only when protected is read',
    property: 'failover.alone-after-record',
    steps: 14,
    bounds: faulty,
    variant: withCharts({
      pairing: pairing.provide({
        actions: {
          closeGate: emit({ type: 'host.tell', to: 'pairing', event: { type: 'log.drained' } }),
          reportRunning: emit({
            type: 'host.tell',
            to: 'logging',
            event: { type: 'gate.closed' },
          }),
        },
      }),
    }),
  },
  {
    name: 'protected-before-drained',
    about: 'T4 is sent without waiting for the acknowledgement of G',
    property: 'pairing.drain-before-protect',
    steps: 15,
    bounds: faulty,
    variant: withCharts({
      logging: logging.provide({ guards: { isDrained: ({ context }) => !context.drained } }),
    }),
  },
  {
    name: 'gate-reopened-in-doubt',
    about: 'the gate opens when the channel is lost while T4 or T7 is unresolved',
    property: 'failover.alone-after-record',
    steps: 15,
    bounds: faulty,
    variant: withCharts({
      pairing: pairing.provide({
        actions: {
          mournChannel: emit(({ context }) => ({
            type: 'host.tell' as const,
            to: 'logging' as const,
            event: { type: 'gate.opened' as const, token: 1, epoch: context.epoch },
          })),
        },
      }),
    }),
  },
  {
    name: 'alone-unasked',
    about: 'the owner goes alone when it suspects, without the record',
    property: 'failover.alone-after-record',
    steps: 16,
    bounds: faulty,
    variant: withCharts({
      failover: failover.provide({
        actions: {
          intendAlone: enqueueActions(({ context, enqueue }) => {
            enqueue.assign({ intent: 'T7' });
            enqueue.emit({
              type: 'host.tell',
              to: 'pairing',
              event: {
                type: 'record.alone',
                epoch: (context.record?.epoch ?? 0) + 1,
                token: context.record?.token ?? 0,
                reason: 'lost-backup',
              },
            });
          }),
        },
      }),
    }),
  },
  {
    name: 'refusal-taken-for-a-win',
    about: 'a node that reads `alone` does not look whose',
    property: 'failover.alone-after-record',
    steps: 19,
    bounds: faulty,
    variant: withCharts({
      failover: failover.provide({
        guards: {
          isAloneMine: ({ event }) =>
            event.type === 'arbiter.answered' && event.record?.phase === 'alone',
        },
      }),
    }),
  },
  {
    name: 'loser-empties-its-queue',
    about: 'a node that reads that it is not owner lets go of what it holds',
    property: 'output.nothing-after-loss',
    steps: 23,
    bounds: faulty,
    variant: withCharts({
      logging: logging.provide({
        actions: {
          dropGuest: enqueueActions(({ context, enqueue }) => {
            for (const output of context.waiting) enqueue.emit(emission(output));
            enqueue.assign({ waiting: [], token: 0, full: false, operations: 0, open: [] });
          }),
        },
      }),
    }),
  },
  {
    name: 'live-before-consumed',
    about: 'a backup that has won does not wait for its guest to consume the log',
    property: 'failover.consume-before-live',
    steps: 24,
    bounds: { ...faulty, lagging: true },
    variant: withCharts({ logging: logging.provide({ guards: { isConsumed: () => true } }) }),
  },
  {
    name: 'hosts-for-incarnations',
    about: 'a restarted host has the name of its former life',
    property: 'failover.consume-before-live',
    steps: 13,
    bounds: { ...calm, starts: 2, joins: 0, crashes: 1, restarts: 1 },
    variant: { ...rightVariant, incarnations: 'hosts' },
  },
  {
    name: 'output-in-replay',
    about: 'a backup emits what its guest makes while it replays',
    property: 'output.silent-in-replay',
    steps: 14,
    bounds: faulty,
    variant: withCharts({
      logging: logging.provide({
        actions: {
          acknowledge: emit(({ event }) =>
            event.type === 'entry.arrived'
              ? emission({ ...event, channel: 'console', operation: 0 })
              : { type: 'guest.run' as const },
          ),
        },
      }),
    }),
  },
  {
    name: 'epoch-kept-at-takeover',
    about: 'T6 puts a record of the same epoch',
    property: 'arbitration.compare-and-swap-record',
    steps: 18,
    bounds: faulty,
    variant: withCharts({
      failover: failover.provide({
        actions: {
          ask: emit(({ context }) => {
            const record = proposalOf(context);
            const epoch = context.record?.epoch ?? 1;
            return {
              type: 'arbiter.request' as const,
              intent: context.intent,
              version: context.record?.version ?? 0,
              record: record !== null && context.intent === 'T6' ? { ...record, epoch } : record,
            };
          }),
        },
      }),
    }),
  },
  {
    name: 'power-on-with-version-read',
    about: 'T2 names the version last read, whatever phase that record had',
    property: 'arbitration.name-incarnations',
    steps: 7,
    bounds: { ...calm, starts: 3, joins: 0, rivals: true },
    variant: withCharts({
      failover: failover.provide({ guards: { isRecordOff: () => true } }),
    }),
  },
  {
    name: 'eligible-while-joining',
    about: 'a backup does not look at the phase of the record that names it',
    property: 'arbitration.name-incarnations',
    steps: 16,
    bounds: faulty,
    variant: withCharts({
      failover: failover.provide({
        guards: {
          isBackupProtected: ({ context, event }) =>
            event.type === 'arbiter.answered' && event.record?.backup === context.self,
        },
      }),
    }),
  },
  {
    name: 'fence-never-checked',
    about: 'the disk applies every write',
    property: 'storage.fence-is-atomic',
    steps: 22,
    bounds: onDisk,
    variant: { ...rightVariant, fenceChecked: 'never' },
  },
  {
    name: 'fence-checked-at-acceptance',
    about: 'the disk looks at the token when a write comes, not when it is applied',
    property: 'storage.fence-is-atomic',
    steps: 22,
    bounds: onDisk,
    variant: { ...rightVariant, fenceChecked: 'when-accepted' },
  },
  {
    name: 'fence-raised-by-an-owner-that-stays',
    about: 'an owner that goes alone fences with its new epoch',
    property: 'storage.write-carries-token',
    steps: 15,
    bounds: onDisk,
    variant: withCharts({
      failover: failover.provide({
        actions: {
          tellAlone: enqueueActions(({ context, enqueue }) => {
            const { epoch = 0, token = 0, reason = 'start' } = context.record ?? {};
            enqueue.emit({ type: 'disk.fence', token: epoch });
            enqueue.emit({
              type: 'host.tell',
              to: 'pairing',
              event: { type: 'record.alone', epoch, token, reason },
            });
          }),
        },
      }),
    }),
  },
  {
    name: 'live-before-fenced',
    about: 'a new owner does not wait for the fence to be answered',
    property: 'failover.fence-before-live',
    steps: 19,
    bounds: faulty,
    variant: withCharts({
      failover: failover.provide({
        guards: {
          isReady: ({ context }) => context.consumed && context.record?.reason === 'takeover',
        },
      }),
    }),
  },
  {
    name: 'acknowledged-before-held',
    about: 'a backup acknowledges one entry more than it holds',
    property: 'logging.acknowledge-held-entries',
    steps: 17,
    bounds: faulty,
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
              upto: context.held + 1,
              applied: 0,
            },
          })),
        },
      }),
    }),
  },
  {
    name: 'completion-not-replayed',
    about: 'a backup does not close an operation whose completion it consumes',
    property: 'device.completion-exactly-once',
    steps: 29,
    bounds: onDisk,
    variant: withCharts({
      logging: logging.provide({
        actions: {
          holdEntry: enqueueActions(({ event, enqueue }) => {
            if (event.type === 'entry.arrived') enqueue.assign({ held: event.seq });
          }),
        },
      }),
    }),
  },
  {
    name: 'operations-not-reissued',
    about: 'a new owner forgets the operations open in its device state',
    property: 'failover.reissue-open-operations',
    steps: 22,
    bounds: onDisk,
    variant: withCharts({
      logging: logging.provide({ actions: { reissueOperations: enqueueActions(() => {}) } }),
    }),
  },
  {
    name: 'reissued-above-the-watermark-only',
    about: 'an open operation that the old owner had issued is taken for done',
    property: 'failover.reissue-open-operations',
    steps: 22,
    bounds: onDisk,
    variant: withCharts({
      logging: logging.provide({
        actions: {
          reissueOperations: enqueueActions(({ context, enqueue }) => {
            for (const { channel, operation, position, data } of context.kept) {
              if (channel !== 'disk') continue;
              const { token } = context;
              enqueue.emit({ type: 'disk.write', token, operation, position, data });
            }
          }),
        },
      }),
    }),
  },
  {
    name: 'outputs-not-emitted-again',
    about: 'a new owner drops what the old one may not have sent',
    property: 'output.reissue-after-takeover',
    steps: 23,
    bounds: faulty,
    variant: withCharts({
      logging: logging.provide({ actions: { reissueOutputs: enqueueActions(() => {}) } }),
    }),
  },
  {
    name: 'lost-packets-emitted-again',
    about:
      'a new owner emits on a network whose packets may be lost what the old one may have sent',
    property: 'output.drop-at-takeover',
    steps: 23,
    bounds: { ...faulty, outputs: ['network'], network: 'may-be-lost' },
    variant: withCharts({
      logging: logging.provide({
        actions: {
          reissueOutputs: enqueueActions(({ context, enqueue }) => {
            for (const output of context.kept) enqueue.emit(emission(output));
          }),
        },
      }),
    }),
  },
  {
    name: 'divergence-overlooked',
    about: 'a backup that has won runs a guest that contradicted its log',
    property: 'divergence.never-live',
    steps: 24,
    bounds: { ...faulty, lagging: true, divergences: 1, outputs: [], inputs: true },
    variant: withCharts({
      logging: logging.provide({ guards: { isHeld: () => false, isConsumed: () => true } }),
    }),
  },
  {
    name: 'discarded-unread',
    about: 'a ready backup that loses its channel does not read the record',
    property: 'failover.read-before-discard',
    steps: 13,
    bounds: faulty,
    variant: withCharts({
      pairing: pairing.provide({
        actions: {
          mournChannel: enqueueActions(({ enqueue }) => {
            enqueue.emit({
              type: 'host.tell',
              to: 'pairing',
              event: { type: 'membership.ended', reason: 'lost-connection' },
            });
            enqueue.emit({ type: 'host.tell', to: 'failover', event: { type: 'member.left' } });
          }),
        },
      }),
    }),
  },
  {
    name: 'guest-held-when-alone',
    about: 'a guest held by a full log is not run again when nothing is logged any more',
    property: 'pairing.sync-failure-leaves-owner-running',
    steps: 15,
    bounds: { ...faulty, entriesMax: 1 },
    variant: withCharts({
      logging: logging.provide({ actions: { resume: enqueueActions(() => {}) } }),
    }),
  },
  ...lifecycleBugs,
  ...flowBugs,
  ...reconnectingBugs,
  ...replacingBugs,
  ...hostileBugs,
];

export const findBug = (name: string): SeededBug | null =>
  [...seededBugs, ...livenessBugs].find((bug) => bug.name === name) ?? null;

const emission = ({
  channel,
  position,
  data,
}: LoggedOutput): Extract<NodeEffect, { type: 'output.emit' }> => ({
  type: 'output.emit',
  channel,
  position,
  data,
});
