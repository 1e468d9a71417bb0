// What always holds when a manager, a peer or the arbiter does what it must not: its receiver refuses it, and nothing
// is lost by it. Spec: protocol, "Lifecycle", "Pairing", "Logging", "Arbitration".

import type { HostView } from '../host.ts';
import { hostOf } from '../record.ts';
import type { Deed, SystemView } from '../system.ts';
import type { Message, MessageKind, NodeEffect, NodeInput } from '../vocabulary.ts';
import { expect, isUnmoved, nodeOf, type SystemAlways } from './look.ts';

export const misdeedProperties: readonly SystemAlways[] = [
  {
    kind: 'always',
    on: 'step',
    name: 'lifecycle.operations-on-owner',
    about: 'an operation given to a host that is not the owner is refused and changes nothing',
    requirements: ['lifecycle.operations-on-owner', 'lifecycle.refusal-changes-nothing'],
    check({ before, step, after }) {
      const misplaced = step.deeds.filter(
        ({ host, input }) =>
          ofOwner.has(input.type) && !nodeOf(before, host)?.pairing.state.startsWith('owner'),
      );
      if (misplaced.length === 0) return null;
      return misplaced.flatMap((deed) => refused(before, after, deed, ['not-owner', 'not-alone']));
    },
  },
  {
    kind: 'always',
    on: 'step',
    name: 'pairing.distinct-hosts',
    about: 'a backup on the host of its owner is refused',
    requirements: ['pairing.distinct-hosts'],
    check({ before, step, after }) {
      const near = step.deeds.filter(
        ({ self, input }) =>
          input.type === 'manager.protect' && hostOf(input.peer) === hostOf(self),
      );
      if (near.length === 0) return null;
      return near.flatMap((deed) =>
        nodeOf(before, deed.host)?.pairing.state === 'owner.alone'
          ? refused(before, after, deed, ['same-host'])
          : refused(before, after, deed, null),
      );
    },
  },
  {
    kind: 'always',
    on: 'step',
    name: 'pairing.welcome-next-sequence',
    about:
      'a welcome that begins elsewhere than its hello closes the channel, and nothing is copied',
    requirements: ['pairing.welcome-next-sequence'],
    check({ before, step }) {
      const misplaced = step.deeds.filter((deed) => {
        const welcome = saidTo(before, deed, 'welcome');
        return awaitsWelcome.test(stateAt(before, deed)) && (welcome?.next ?? 1) !== 1;
      });
      if (misplaced.length === 0) return null;
      return misplaced.flatMap((deed) => [
        ...closed(deed),
        ...expect(!deed.effects.some(isCopy), () => `${deed.self} asked for a copy`),
      ]);
    },
  },
  {
    kind: 'always',
    on: 'step',
    name: 'logging.acknowledgement-beyond-sent',
    about: 'an acknowledgement of what was not sent releases nothing and closes the channel',
    requirements: ['logging.acknowledgement-beyond-sent'],
    check({ before, step, after }) {
      const beyond = step.deeds.filter((deed) => isBeyondSent(before, deed));
      if (beyond.length === 0) return null;
      return beyond.flatMap((deed) => [
        ...closed(deed),
        ...expect(!deed.effects.some(isIssue), () => `${deed.self} issued an output`),
        ...expect(
          counted(after, deed) <= counted(before, deed),
          () => `${deed.self} counts ${counted(after, deed)} as acknowledged`,
        ),
      ]);
    },
  },
  {
    kind: 'always',
    on: 'step',
    name: 'logging.undecodable-not-acknowledged',
    about:
      'an entry of unknown kind, after a gap or before its log is not held and closes the channel',
    requirements: [
      'logging.undecodable-not-acknowledged',
      'logging.undecodable-stops-replay',
      'logging.gap-closes-connection',
      'logging.nothing-after-gap',
    ],
    check({ before, step, after }) {
      const wrong = step.deeds.filter((deed) => isUnusable(before, deed));
      if (wrong.length === 0) return null;
      return wrong.flatMap((deed) => [
        ...closed(deed),
        ...expect(!deed.effects.some(isAcknowledgement), () => `${deed.self} acknowledged it`),
        ...expect(
          heldAt(after, deed) <= heldAt(before, deed),
          () => `${deed.self} holds ${heldAt(after, deed)}`,
        ),
      ]);
    },
  },
  {
    kind: 'always',
    on: 'step',
    name: 'arbitration.older-version-is-unreachable',
    about: 'an answer older than the record last read changes nothing',
    requirements: ['arbitration.older-version-is-unreachable'],
    check({ before, step, after }) {
      const old = step.deeds.filter(({ host, input }) => {
        if (input.type !== 'arbiter.answered') return false;
        const read = nodeOf(before, host)?.failover.context.record?.version ?? 0;
        return (input.record?.version ?? 0) < read;
      });
      if (old.length === 0) return null;
      return old.flatMap(({ host, self, effects }) =>
        expect(
          effects.length === 0 && isUnmoved(before, after, host),
          () => `${self} went by a record older than the one that it had read`,
        ),
      );
    },
  },
];

/** What the manager asks of an owner. */
const ofOwner: ReadonlySet<NodeInput['type']> = new Set([
  'manager.protect',
  'manager.power-off',
  'manager.suspend',
  'manager.turn-off',
  'manager.restart-secondary',
  'manager.test-failover',
  'manager.replace-backup',
]);

/** The hello of a joining or of a replacement was said, in the present epoch or in that of its pair. */
const awaitsWelcome = /^owner\.(joining\.greeting|replacing\.(greeting|welcoming))$/;

const stateAt = (view: SystemView, { host }: Deed): string =>
  nodeOf(view, host)?.pairing.state ?? '';

/** `codes`: null where any will do. */
function refused(
  before: SystemView,
  after: SystemView,
  { host, self, effects }: Deed,
  codes: readonly string[] | null,
): string[] {
  const [only] = effects;
  const isRefusal = effects.length === 1 && only?.type === 'refused';
  return [
    ...expect(
      isRefusal && (codes === null || codes.includes(only.code)),
      () => `${self} did not refuse with ${codes?.join(' or ') ?? 'any code'}`,
    ),
    ...expect(isUnmoved(before, after, host), () => `${self} refused, and is another`),
  ];
}

/**
 * What came of this kind from the peer on the connection of the session, of its epoch or a later one. The session of an
 * owner that has greeted a replacement is that with the replacement.
 */
function saidTo<K extends MessageKind>(
  before: SystemView,
  { host, input }: Deed,
  kind: K,
): Extract<Message, { kind: K }> | null {
  if (input.type !== 'channel.arrived' || input.message.kind !== kind) return null;
  const node = nodeOf(before, host);
  if (node === null) return null;
  const { peer, connection } = sessionFor(node, kind);
  const { vm, from, epoch } = input.message;
  const isOfSession = vm === 'vm' && from === peer && input.connection === connection;
  if (!isOfSession || epoch < node.pairing.context.epoch) return null;
  // The kind was compared above.
  return input.message as Extract<Message, { kind: K }>;
}

const sessionFor = ({ pairing: { state, context } }: HostView, kind: MessageKind) =>
  kind === 'welcome' && state === 'owner.replacing.greeting'
    ? { peer: context.replacement, connection: context.replacementConnection }
    : context;

function isBeyondSent(before: SystemView, deed: Deed): boolean {
  const node = nodeOf(before, deed.host);
  if (!node?.pairing.state.startsWith('owner')) return false;
  const acknowledge = saidTo(before, deed, 'acknowledge');
  if (acknowledge === null) return false;
  const isOfFuture = acknowledge.epoch > node.pairing.context.epoch;
  return isOfFuture || acknowledge.upto > node.logging.context.sent;
}

function isUnusable(before: SystemView, deed: Deed): boolean {
  const node = nodeOf(before, deed.host);
  if (node === null) return false;
  const entry = saidTo(before, deed, 'entry');
  if (entry === null) return false;
  const { epoch } = node.pairing.context;
  if (isReplacement(node)) return entry.epoch <= epoch + 1;
  if (!isFollowing(node) || entry.epoch > epoch) return false;
  const { held } = node.logging.context;
  return entry.seq > held + 1 || (entry.seq === held + 1 && entry.entry === 'unknown');
}

const isFollowing = ({ pairing, logging }: HostView): boolean =>
  pairing.state === 'backup.ready' && logging.state === 'replaying.following';

/** It was not greeted in the epoch of a log: there is no entry that could be the next. */
const isReplacement = ({ pairing: { state } }: HostView): boolean =>
  state === 'backup.waiting' || state === 'backup.chosen';

const counted = (view: SystemView, { host }: Deed): number =>
  nodeOf(view, host)?.logging.context.acknowledged ?? 0;
const heldAt = (view: SystemView, { host }: Deed): number =>
  nodeOf(view, host)?.logging.context.held ?? 0;

const closed = ({ self, effects }: Deed): string[] =>
  expect(
    effects.some(({ type }) => type === 'channel.close'),
    () => `${self} did not close the channel`,
  );

const isCopy = ({ type }: NodeEffect): boolean => type === 'guest.copy';
const isIssue = ({ type }: NodeEffect): boolean => type === 'output.emit' || type === 'disk.write';
const isAcknowledgement = (effect: NodeEffect): boolean =>
  effect.type === 'channel.send' && effect.message.kind === 'acknowledge';
