// Bugs sown into the right model by which something that must happen never does, whether or not a single step is wrong
// too. Each is found by its own property; steps are the length of the nearest lasso, stem and loop.

import { enqueueActions } from 'xstate';
import { failover } from '../failover.ts';
import { heartbeat } from '../heartbeat.ts';
import { logging } from '../logging.ts';
import { pairing } from '../pairing.ts';
import { proposalOf } from '../record.ts';
import { calm, replacing } from '../rows.ts';
import { type SeededBug, withCharts } from './bug.ts';

const patient = { ...calm, retries: 'unbounded' as const };
const migrating = {
  ...replacing,
  retries: 'unbounded' as const,
  crashes: 0,
  suspicion: false,
  outputs: [],
  positionsMax: 0,
};
const onePosition = { ...patient, positionsMax: 1 };

export const livenessBugs: readonly SeededBug[] = [
  {
    name: 'ready-backup-discards-blind',
    about: 'a ready backup that loses its channel is gone without a look at the record',
    property: 'failover.named-is-candidate',
    steps: 16,
    bounds: { ...patient, outputs: [], crashes: 1 },
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
    liveness: true,
  },
  {
    name: 'backup-waits-for-ever',
    about: 'neither silence nor a lost channel is told to who asks the arbiter',
    property: 'failover.discard-when-not-named',
    steps: 14,
    bounds: { ...patient, outputs: [], crashes: 1 },
    variant: withCharts({
      heartbeat: heartbeat.provide({
        actions: { suspectPeer: enqueueActions(() => {}), mournChannel: enqueueActions(() => {}) },
      }),
    }),
    liveness: true,
  },
  {
    name: 'guest-held-though-room',
    about: 'an acknowledgement that makes room does not let a held guest run',
    property: 'flow.resume-when-room',
    steps: 18,
    bounds: { ...onePosition, entriesMax: 1 },
    variant: withCharts({
      logging: logging.provide({ actions: { resumeIfRoom: enqueueActions(() => {}) } }),
    }),
    liveness: true,
  },
  {
    name: 'last-entry-unacknowledged',
    about: 'a backup acknowledges an entry when the next one comes: never when the guest is idle',
    property: 'output.late-acknowledgement-releases',
    steps: 17,
    bounds: onePosition,
    variant: withCharts({
      logging: logging.provide({
        actions: {
          acknowledge: enqueueActions(({ context, enqueue }) => {
            if (context.held < 2) return;
            enqueue.emit({
              type: 'channel.send',
              connection: context.connection,
              message: {
                vm: 'vm',
                epoch: context.epoch,
                from: context.self,
                kind: 'acknowledge',
                upto: context.held - 1,
                applied: 0,
              },
            });
          }),
        },
      }),
    }),
    liveness: true,
  },
  {
    name: 'discarded-by-a-joining-outlived',
    about: 'a backup that got its channel back discards itself by a joining that was read before',
    property: 'failover.named-is-candidate',
    steps: 23,
    bounds: { ...patient, reconnect: true, outputs: [], crashes: 1, breaks: 1 },
    variant: withCharts({
      failover: failover.provide({ actions: { forgetLoss: enqueueActions(() => {}) } }),
    }),
    liveness: true,
  },
  {
    name: 'hello-not-said-again',
    about: 'an owner opens the channel of its pair again and waits for a welcome to nothing',
    property: 'heartbeat.suspect-on-silence',
    steps: 21,
    bounds: { ...patient, reconnect: true, outputs: [], breaks: 1 },
    variant: withCharts({
      pairing: pairing.provide({ actions: { sendHelloAgain: enqueueActions(() => {}) } }),
    }),
    liveness: true,
  },
  {
    name: 'replacement-reads-nothing',
    about: 'a replacement keeps the hello of its epoch and does not read the record',
    property: 'pairing.eligible-when-recorded',
    steps: 27,
    bounds: migrating,
    variant: withCharts({
      pairing: pairing.provide({ actions: { tellSurpassed: enqueueActions(() => {}) } }),
    }),
    liveness: true,
  },
  {
    name: 'replacement-never-greeted',
    about: 'an owner reads that its backup is replaced, and waits for a welcome to nothing',
    property: 'protection.no-host-keeps-running',
    steps: 26,
    bounds: migrating,
    variant: withCharts({
      pairing: pairing.provide({
        actions: {
          sendHello: enqueueActions(({ context, event, enqueue }) => {
            if (event.type === 'record.replaced') return;
            const { self: from, epoch, peer: to, connection } = context;
            const hello = { kind: 'hello' as const, to, connection, next: 1 };
            const message = {
              vm: 'vm' as const,
              epoch,
              from,
              ...hello,
              configuration: 'equal' as const,
            };
            enqueue.emit({ type: 'channel.send', connection, message });
          }),
        },
      }),
    }),
    liveness: true,
  },
  {
    name: 'never-asked-again',
    about: 'when R has passed, the request is not sent again',
    property: 'arbitration.retry-while-unreachable',
    steps: 3,
    bounds: { ...patient, joins: 0, losses: 1 },
    variant: withCharts({
      failover: failover.provide({
        actions: {
          ask: enqueueActions(({ context, event, enqueue }) => {
            if (event.type === 'retry.due') return;
            enqueue.emit({
              type: 'arbiter.request',
              intent: context.intent,
              version: context.record?.version ?? 0,
              record: proposalOf(context),
            });
          }),
        },
      }),
    }),
    liveness: true,
  },
  {
    name: 'protect-never-asked',
    about: 'the gate closes and nobody is told that the log is drained',
    property: 'protection.new-backup-after-go-live',
    steps: 13,
    bounds: { ...patient, outputs: [] },
    variant: withCharts({ logging: logging.provide({ guards: { isDrained: () => false } }) }),
    liveness: true,
  },
  {
    name: 'refusal-taken-for-a-loss',
    about:
      'whoever reads that its swap did not make it owner takes itself for the loser: both halt',
    property: 'arbitration.refusal-is-not-loss',
    steps: 16,
    bounds: onePosition,
    variant: withCharts({
      failover: failover.provide({
        guards: { isProtectedMine: () => false, isBackupProtected: () => false },
      }),
    }),
    liveness: true,
  },
];
