// Bugs in what keeps an adversary out, and in what keeps the misdeeds of a manager, a peer and an arbiter from doing
// harm: each rule left out once. Spec: protocol, "Security", "Arbitration", "Logging".

import { emit, enqueueActions } from 'xstate';
import type { Bond, Forgery } from '../environment/adversary.ts';
import type { Bounds } from '../environment/manager.ts';
import { failover } from '../failover.ts';
import { logging } from '../logging.ts';
import { pairing } from '../pairing.ts';
import { calm } from '../rows.ts';
import { rightVariant, type Variant } from '../system.ts';
import { type SeededBug, withCharts } from './bug.ts';

const once: Bounds = { ...calm, positionsMax: 1, crashes: 1, breaks: 1 };
const forging = (forgery: Forgery): Bounds => ({ ...once, injections: 1, forged: [forgery] });
const replaying: Bounds = { ...once, recordings: 1, injections: 1 };
const atFault = (misdeed: Bounds['misdone'][number]): Bounds => ({
  ...once,
  misdeeds: 1,
  misdone: [misdeed],
});

/** Whoever can reach the wire can say anything. */
const unauthenticated: Variant = {
  ...rightVariant,
  unbound: ['key', 'connection', 'direction', 'place'] satisfies Bond[],
};

export const hostileBugs: readonly SeededBug[] = [
  {
    name: 'protect-deemed-asked',
    about: 'an owner takes a T4 that waits behind a read for one that was sent',
    property: 'pairing.ready-before-protect',
    steps: 17,
    bounds: { ...atFault('future-alive'), crashes: 0, outputs: [], positionsMax: 0 },
    variant: withCharts({
      pairing: pairing.provide({
        actions: {
          wantProtect: enqueueActions(({ enqueue }) => {
            const [wanted, asked] = ['protect.wanted', 'protection.asked'] as const;
            enqueue.emit({ type: 'host.tell', to: 'failover', event: { type: wanted } });
            enqueue.emit({ type: 'host.tell', to: 'pairing', event: { type: asked } });
          }),
        },
      }),
    }),
  },
  {
    name: 'acknowledgement-unauthenticated',
    about: 'anybody may acknowledge: what no backup holds counts as acknowledged',
    property: 'logging.acknowledge-held-entries',
    steps: 14,
    bounds: forging('acknowledge'),
    variant: unauthenticated,
    onlyItsOwn: true,
  },
  {
    name: 'power-off-unauthenticated',
    about: 'anybody may end the log: the entry that comes in its place is taken for a duplicate',
    property: 'output.hold-until-acknowledged',
    steps: 17,
    bounds: forging('power-off'),
    variant: unauthenticated,
    onlyItsOwn: true,
  },
  {
    name: 'yield-unauthenticated',
    about: 'anybody may yield: the entry that comes in its place is taken for a duplicate',
    property: 'output.hold-until-acknowledged',
    steps: 17,
    bounds: forging('yield'),
    variant: unauthenticated,
    onlyItsOwn: true,
  },
  {
    name: 'answer-unauthenticated',
    about: 'anybody may answer for the arbiter: a node owns what no record gives it',
    property: 'failover.alone-after-record',
    steps: 4,
    bounds: forging('answer'),
    variant: unauthenticated,
    onlyItsOwn: true,
  },
  {
    name: 'fence-unauthenticated',
    about: 'anybody may answer for the disk: an owner is live before the fence holds',
    property: 'failover.fence-before-live',
    steps: 4,
    bounds: forging('fence'),
    variant: unauthenticated,
    onlyItsOwn: true,
  },
  {
    name: 'answers-untagged',
    about: 'the answers of the arbiter and of the disk are taken without a tag',
    property: 'security.arbiter-and-storage-authenticated',
    steps: 2,
    bounds: forging('answer'),
    variant: { ...rightVariant, unbound: ['key'] },
  },
  {
    name: 'tagged-without-number',
    about: 'a message is genuine wherever it comes, once and again',
    property: 'security.messages-bound',
    steps: 11,
    bounds: replaying,
    variant: { ...rightVariant, unbound: ['place'] },
  },
  {
    name: 'beats-without-number',
    about: 'a beat that was recorded is life whenever it comes',
    property: 'security.replayed-heartbeat-is-not-life',
    steps: 13,
    bounds: { ...replaying, outputs: [], positionsMax: 0, beats: true, datagramsMax: 1 },
    variant: { ...rightVariant, unbound: ['place'] },
    onlyItsOwn: true,
  },
  {
    name: 'answers-of-any-request',
    about: 'a node does not look at the nonce of an answer',
    property: 'arbitration.answer-bound-to-request',
    steps: 4,
    bounds: replaying,
    variant: withCharts({
      failover: failover.provide({
        guards: {
          isNoAnswer: ({ context, event }) =>
            event.type === 'arbiter.answered' &&
            ((event.record?.version ?? 0) < (context.record?.version ?? 0) ||
              (event.record?.epoch ?? 0) < context.epoch),
        },
      }),
    }),
  },
  {
    name: 'answers-of-any-request-and-age',
    about: 'neither nonce nor version of an answer is looked at: a win that is over is a win again',
    property: 'failover.alone-after-record',
    steps: 16,
    bounds: replaying,
    variant: withCharts({ failover: failover.provide({ guards: { isNoAnswer: () => false } }) }),
    onlyItsOwn: true,
  },
  {
    name: 'answers-of-any-age',
    about: 'a node goes by a record older than the one that it has read',
    property: 'arbitration.older-version-is-unreachable',
    steps: 12,
    bounds: { ...atFault('old-answer'), recordings: 1 },
    variant: withCharts({
      failover: failover.provide({
        guards: {
          isNoAnswer: ({ event }) => event.type === 'arbiter.answered' && event.nonce === 'other',
        },
      }),
    }),
  },
  {
    name: 'operation-unanswered',
    about: 'a host that is not the owner does not say that it refuses',
    property: 'lifecycle.operations-on-owner',
    steps: 1,
    bounds: atFault('misplaced-operation'),
    variant: withCharts({
      pairing: pairing.provide({ actions: { refuseNotOwner: enqueueActions(() => {}) } }),
    }),
  },
  {
    name: 'suspended-elsewhere',
    about: 'a backup that is told to suspend halts its guest',
    property: 'lifecycle.operations-on-owner',
    steps: 1,
    bounds: atFault('misplaced-operation'),
    variant: withCharts({
      pairing: pairing.provide({
        actions: { refuseNotOwner: emit({ type: 'guest.halt', reason: 'suspend' }) },
      }),
    }),
  },
  {
    name: 'paired-on-one-host',
    about: 'an owner takes a backup on its own host',
    property: 'pairing.distinct-hosts',
    steps: 6,
    bounds: atFault('same-host'),
    variant: withCharts({ pairing: pairing.provide({ guards: { isOwnHost: () => false } }) }),
  },
  {
    name: 'welcome-taken-anywhere',
    about: 'an owner does not look at the first sequence that a welcome names',
    property: 'pairing.welcome-next-sequence',
    steps: 10,
    bounds: atFault('misplaced-welcome'),
    variant: withCharts({
      pairing: pairing.provide({ guards: { isMisplacedWelcome: () => false } }),
    }),
  },
  {
    name: 'counted-beyond-sent',
    about: 'an acknowledgement counts though nothing was sent up to there',
    property: 'logging.acknowledgement-beyond-sent',
    steps: 10,
    bounds: atFault('acknowledge-beyond-sent'),
    variant: withCharts({
      logging: logging.provide({
        guards: {
          isCounted: ({ context, event }) =>
            event.type === 'acknowledge.arrived' && event.upto > context.acknowledged,
          isBeyondSent: () => false,
        },
      }),
    }),
  },
  {
    name: 'unknown-entry-held',
    about: 'a backup holds and acknowledges an entry that it does not understand',
    property: 'logging.undecodable-not-acknowledged',
    steps: 13,
    bounds: atFault('unknown-entry'),
    variant: withCharts({
      logging: logging.provide({
        guards: {
          isNextEntry: ({ context, event }) =>
            event.type === 'entry.arrived' &&
            event.seq === context.held + 1 &&
            context.ended === null,
        },
      }),
    }),
  },
];
