// Bugs sown into how a backup is replaced, one guard or action each. Steps are the length of the shortest counterexample.
// Spec: protocol, "Migration".

import { assertEvent, assign, emit, enqueueActions } from 'xstate';
import type { Bounds } from '../environment/manager.ts';
import { failover } from '../failover.ts';
import { logging } from '../logging.ts';
import { pairing } from '../pairing.ts';
import { misdoing, replacing } from '../rows.ts';
import { type SeededBug, withCharts } from './bug.ts';

const quiet: Bounds = { ...replacing, crashes: 0, retries: 0, suspicion: false };

export const replacingBugs: readonly SeededBug[] = [
  {
    name: 'replaced-before-ready',
    about: 'an owner asks T14 when it has sent the copy, and not when the replacement is ready',
    property: 'pairing.replacement-caught-up',
    steps: 20,
    bounds: quiet,
    variant: withCharts({
      pairing: pairing.provide({
        actions: {
          sendReplacementCopy: enqueueActions(({ context, event, enqueue }) => {
            assertEvent(event, 'guest.copied');
            const { position, state } = event;
            const { replacement: peer, replacementConnection: connection } = context;
            const due = { type: 'copy.due' as const, connection, position, state };
            enqueue.emit({ type: 'host.tell', to: 'logging', event: due });
            const readied = { type: 'replacement.readied' as const, peer };
            enqueue.emit({ type: 'host.tell', to: 'failover', event: readied });
          }),
        },
      }),
    }),
  },
  {
    name: 'guest-runs-while-replaced',
    about: 'an owner lets its guest run when the replacement is ready, and asks T14 meanwhile',
    property: 'pairing.replacement-at-rest',
    steps: 22,
    bounds: quiet,
    variant: withCharts({
      pairing: pairing.provide({
        actions: {
          tellReplacementReady: enqueueActions(({ context, enqueue }) => {
            const readied = { type: 'replacement.readied' as const, peer: context.replacement };
            enqueue.emit({ type: 'host.tell', to: 'failover', event: readied });
            enqueue.emit({ type: 'host.tell', to: 'logging', event: { type: 'guest.freed' } });
          }),
        },
      }),
    }),
  },
  {
    name: 'replacement-leaves-early',
    about: 'a replacement that the record does not name discards itself at once',
    property: 'pairing.replacement-waits-for-record',
    steps: 24,
    bounds: { ...quiet, crashes: 1 },
    variant: withCharts({
      failover: failover.provide({ guards: { isReplacementAwaited: () => false } }),
    }),
  },
  {
    name: 'replacement-not-told',
    about: 'an owner gives a replacement up and leaves the record as it was',
    property: 'pairing.replacement-given-up',
    steps: 20,
    bounds: { ...quiet, breaks: 1 },
    variant: withCharts({
      pairing: pairing.provide({ actions: { dropReplacement: enqueueActions(() => {}) } }),
    }),
  },
  {
    name: 'replaced-by-itself',
    about: 'an owner takes the backup that it has for its replacement',
    property: 'pairing.migration-keeps-hosts-distinct',
    steps: 16,
    bounds: quiet,
    variant: withCharts({
      pairing: pairing.provide({ guards: { isOwnHostOrBackup: () => false } }),
    }),
  },
  {
    name: 'operation-beside-migration',
    about: 'an owner that replaces its backup begins another operation',
    property: 'lifecycle.one-migration',
    steps: 17,
    bounds: { ...quiet, commands: 2 },
    variant: withCharts({
      pairing: pairing.provide({
        actions: {
          refusePending: emit({
            type: 'host.tell',
            to: 'failover',
            event: { type: 'power-off.wanted' },
          }),
        },
      }),
    }),
  },
  {
    name: 'backup-forsaken',
    about: 'an owner takes the replacement for its backup before the record names it',
    property: 'lifecycle.backup-migration-replaces',
    steps: 16,
    bounds: quiet,
    variant: withCharts({
      pairing: pairing.provide({
        actions: {
          adoptReplacement: assign(({ event }) => {
            assertEvent(event, 'replacement.granted');
            return { peer: event.peer, replacement: event.peer, replaces: event.version };
          }),
        },
      }),
    }),
  },
  {
    name: 'copied-unsettled',
    about: 'an owner copies its guest to a replacement while entries are not acknowledged',
    property: 'lifecycle.backup-migration-quiesces',
    steps: 20,
    bounds: quiet,
    variant: withCharts({
      logging: logging.provide({ guards: { isQuiet: ({ context }) => context.quieting } }),
    }),
  },
  {
    name: 'replacement-welcomed-anywhere',
    about: 'an owner does not look at the first sequence that the welcome of a replacement names',
    property: 'pairing.welcome-next-sequence',
    steps: 18,
    bounds: { ...quiet, misdeeds: 1, misdone: misdoing },
    variant: withCharts({
      pairing: pairing.provide({ guards: { isMisplacedReplacementWelcome: () => false } }),
    }),
  },
  {
    name: 'entry-before-its-log',
    about: 'a replacement leaves the channel open on which an entry came before its hello',
    property: 'logging.undecodable-not-acknowledged',
    steps: 21,
    bounds: { ...quiet, misdeeds: 1, misdone: misdoing },
    variant: withCharts({
      pairing: pairing.provide({
        actions: {
          closeChannel: enqueueActions(({ context, event, enqueue }) => {
            const isEarly = context.replaces !== 0 && event.type === 'entry.received';
            if (context.connection === 0 || isEarly) return;
            enqueue.emit({ type: 'channel.close', connection: context.connection });
            enqueue.assign({ connection: 0 });
          }),
        },
      }),
    }),
  },
  {
    name: 'slowed-for-the-replacement',
    about: 'an owner whose backup is replaced leaves its guest slowed for a lag that is over',
    property: 'flow.full-share-when-over',
    steps: 27,
    bounds: { ...quiet, lagging: true, alives: true, throttleMax: 1 },
    variant: withCharts({
      logging: logging.provide({
        actions: {
          giveAllBack: enqueueActions(({ context, event, enqueue }) => {
            if (context.throttle === 0 || event.type === 'log.renewed') return;
            enqueue.assign({ throttle: 0 });
            enqueue.emit({ type: 'guest.throttle', share: 100 });
          }),
        },
      }),
    }),
  },
];
