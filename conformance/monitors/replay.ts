// Monitors of the log on the backup's side: what it acknowledges, and what its guest is told to consume.
// Spec: protocol.md, "Logging", "Divergence".

import type { Effect, Message } from '../wire.ts';
import { type Broken, type Monitor, monitor, onEffect, onSay, onSettled } from './monitor.ts';
import type { View } from './view.ts';

const acknowledgesHeld = onSay(
  'logging.acknowledge-held-entries',
  'acknowledged-not-held',
  'acknowledge',
  ({ upto }, view) => {
    if (view.diverged || view.takeover || BigInt(upto) <= view.held) return undefined;
    if (isAboveHeld(view, upto)) return undefined;
    return [`no more than ${view.held}, the last entry held`, `acknowledge ${upto}`];
  },
);

/** Whether `upto` is of the entry that has just come, one that cannot be held. */
function isAboveHeld({ trigger }: View, upto: string): boolean {
  if (trigger.type !== 'channel.arrived' || trigger.message.kind !== 'entry') return false;
  return BigInt(trigger.message.seq) === BigInt(upto);
}

const afterGap = onSay(
  'logging.nothing-after-gap',
  'acknowledged',
  'acknowledge',
  ({ upto }, view) => {
    if (view.takeover || BigInt(upto) <= view.held + 1n || !isAboveHeld(view, upto))
      return undefined;
    return [`no more than ${view.held}: the next entry is missing`, `acknowledge ${upto}`];
  },
);

const unknownEntry = onSay(
  'logging.undecodable-not-acknowledged',
  'acknowledged',
  'acknowledge',
  ({ upto }, view) => {
    if (!isUnknown(view) || BigInt(upto) <= view.held) return undefined;
    return [`no more than ${view.held}: the next is not understood`, `acknowledge ${upto}`];
  },
);

function isUnknown({ trigger }: View): boolean {
  if (trigger.type !== 'channel.arrived' || trigger.message.kind !== 'entry') return false;
  return trigger.message.entry === 'unknown';
}

const unknownApplied = onEffect(
  'logging.undecodable-stops-replay',
  'applied',
  'guest.apply',
  ({ entry }, view) => {
    if (!isUnknown(view) || BigInt(entry.seq) <= view.held) return undefined;
    return ['replay stops before an entry that is not understood', `apply ${entry.seq}`];
  },
);

const neverDecreases = onSay(
  'logging.acknowledgement-never-decreases',
  'decreasing',
  'acknowledge',
  ({ upto }, view) => {
    if (BigInt(upto) >= view.acknowledgedSent) return undefined;
    return [`at least ${view.acknowledgedSent}, acknowledged before`, `acknowledge ${upto}`];
  },
);

/** The number stands for every entry up to it: none of them may be one that never came. */
const cumulative = onSay(
  'logging.cumulative-acknowledgement',
  'not-every-entry',
  'acknowledge',
  ({ upto }, view) => {
    if (view.diverged || view.takeover || BigInt(upto) <= view.held) return undefined;
    return [`every entry up to ${upto} held`, `${view.held} held`];
  },
);

const carriesEpoch = onSay(
  'logging.acknowledgement-carries-epoch',
  'wrong-epoch',
  'acknowledge',
  ({ epoch }, view) => {
    if (view.pairing === undefined || BigInt(epoch) === view.pairing.epoch) return undefined;
    return [`epoch ${view.pairing.epoch}`, `epoch ${epoch}`];
  },
);

/** An entry that is not understood closes the channel, and nothing acknowledges it. */
const undecodable = onSettled('logging.undecodable-not-acknowledged', 'channel-kept', (view) => {
  const { trigger } = view;
  if (trigger.type !== 'channel.arrived' || trigger.message.kind !== 'entry') return undefined;
  if (trigger.message.entry !== 'unknown' || view.pairing === undefined) return undefined;
  if (view.diverged || BigInt(trigger.message.seq) !== view.held + 1n) return undefined;
  if (!view.connectionOpen) return undefined;
  return trigger.connection === view.connection
    ? ['the channel is closed', 'it is open']
    : undefined;
});

const gapCloses = onSettled('logging.gap-closes-connection', 'channel-kept', (view) => {
  const { trigger } = view;
  if (trigger.type !== 'channel.arrived' || trigger.message.kind !== 'entry') return undefined;
  if (view.pairing === undefined || trigger.connection !== view.connection) return undefined;
  const { from, epoch, seq } = trigger.message;
  if (from !== view.pairing.owner || BigInt(epoch) !== view.pairing.epoch) return undefined;
  if (BigInt(seq) <= view.held || !view.connectionOpen || view.takeover) return undefined;
  if (trigger.message.entry === 'unknown' || view.diverged || !view.restored) return undefined;
  return ['an entry after a gap closes the channel', 'it is open'];
});

const replayInLog = onEffect(
  'logging.not-beyond-log',
  'applied-not-held',
  'guest.apply',
  ({ entry }, view) => {
    if (BigInt(entry.seq) <= view.held || isUnknown(view)) return undefined;
    return [`through ${view.held}, the last entry held`, `apply ${entry.seq}`];
  },
);

const appliedTwice = onEffect(
  'logging.drop-duplicates',
  'applied-again',
  'guest.apply',
  ({ entry }, view) => {
    if (BigInt(entry.seq) > view.applyAsked) return undefined;
    return [`apply ${view.applyAsked + 1n}`, `apply ${entry.seq} again`];
  },
);

const inSequence = onEffect(
  'logging.apply-in-sequence',
  'out-of-order',
  'guest.apply',
  ({ entry }, view) => {
    const next = view.applyAsked + 1n;
    return BigInt(entry.seq) > next ? [`apply ${next}`, `apply ${entry.seq}`] : undefined;
  },
);

/** What the guest is told to consume is the entry that came, byte for byte. */
function unaltered(clause: string, code: string, applies: (kind: string) => boolean): Monitor {
  return onEffect(clause, code, 'guest.apply', ({ entry }, view) => {
    const held = view.heldEntries.get(BigInt(entry.seq));
    if (held === undefined || !applies(held.entry)) return undefined;
    const isSame = held.position === entry.position && held.data === entry.data;
    if (isSame && held.entry === entry.kind) return undefined;
    const expected = `${held.entry} at ${held.position}, ${held.data}`;
    return [expected, `${entry.kind} at ${entry.position}, ${entry.data}`];
  });
}

const afterDivergence = monitor(
  'divergence.stop-and-renounce',
  ['acknowledged', 'applied'],
  (event, view): Broken | undefined => {
    if (event.kind !== 'effect' || !view.diverged || view.pairing === undefined) return undefined;
    const { effect } = event;
    if (effect.type === 'guest.apply') return ['no more entries', 'guest.apply', 'applied'];
    if (!isAcknowledge(effect) || BigInt(effect.message.upto) <= view.acknowledgedSent) {
      return undefined;
    }
    return ['no more acknowledgements', `acknowledge ${effect.message.upto}`];
  },
);

function isAcknowledge(effect: Effect): effect is Effect & {
  readonly type: 'channel.send';
  readonly message: Message & { readonly kind: 'acknowledge' };
} {
  return effect.type === 'channel.send' && effect.message.kind === 'acknowledge';
}

const neverLive = onEffect('divergence.never-live', 'live', 'guest.run', (_, view) => {
  if (!view.diverged || view.pairing === undefined) return undefined;
  return ['a diverged replica never runs', 'guest.run'];
});

export const replayMonitors: readonly Monitor[] = [
  acknowledgesHeld,
  afterGap,
  unknownEntry,
  unknownApplied,
  neverDecreases,
  cumulative,
  carriesEpoch,
  undecodable,
  gapCloses,
  replayInLog,
  appliedTwice,
  inSequence,
  unaltered('device.owner-completion-is-truth', 'altered', (kind) => kind === 'completion'),
  unaltered('device.input-whole', 'altered', (kind) => kind === 'input'),
  unaltered('logging.apply-in-sequence', 'altered', (kind) => {
    return kind !== 'completion' && kind !== 'input';
  }),
  afterDivergence,
  neverLive,
];
