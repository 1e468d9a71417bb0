// Monitors of the log: numbering, acknowledgement, watermark, replay.
// Spec: protocol.md, "Logging", "Flow", "Divergence".

import type { Effect, Message } from '../wire.ts';
import { gateOf } from './gate.ts';
import { type Broken, type Monitor, monitor, onEffect, onSettled } from './monitor.ts';
import type { View } from './view.ts';

function onSay<K extends Message['kind']>(
  clause: string,
  code: string | readonly string[],
  kind: K,
  check: (message: Extract<Message, { kind: K }>, view: View) => Broken | undefined,
): Monitor {
  return onEffect(clause, code, 'channel.send', ({ message }, view) => {
    return isKind(message, kind) ? check(message, view) : undefined;
  });
}

function isKind<K extends Message['kind']>(
  message: Message,
  kind: K,
): message is Extract<Message, { kind: K }> {
  return message.kind === kind;
}

const numbering = onSay(
  'logging.consecutive-sequence',
  ['gap', 'position-decreases'],
  'entry',
  ({ seq, position }, view): Broken | undefined => {
    if (BigInt(seq) !== view.sent + 1n) return [`entry ${view.sent + 1n}`, `entry ${seq}`];
    if (BigInt(position) >= view.sentPosition) return undefined;
    const expected = `a position not below ${view.sentPosition}`;
    return [expected, `position ${position}`, 'position-decreases'];
  },
);

/** Once settled, a recorded input has its entry. Outputs are judged by `output.own-entry`. */
const recorded = onSettled('logging.consecutive-sequence', 'not-logged', (view) => {
  const { trigger } = view;
  if (trigger.type !== 'guest.input' || view.refused !== undefined) return undefined;
  if (!view.recording || !view.connectionOpen) return undefined;
  if (BigInt(trigger.position) === view.sentPosition) return undefined;
  return [`an entry at position ${trigger.position}`, `the last is at ${view.sentPosition}`];
});

function watermarkBroken(watermark: string, view: View): Broken | undefined {
  const w = BigInt(watermark);
  const ahead = view.made.find((one) => one.seq !== undefined && one.seq <= w && one.emitted === 0);
  if (ahead?.seq !== undefined) return [`below ${ahead.seq}, which is held`, `watermark ${w}`];
  const left = issuedUpTo(view);
  return w < left ? [`at least ${left}, which has left`, `watermark ${w}`, 'behind'] : undefined;
}

/** The highest output such that it and every output before it have left. */
function issuedUpTo(view: View): bigint {
  let upTo = 0n;
  for (const output of view.made) {
    if (output.seq === undefined) continue;
    if (output.emitted === 0) return upTo;
    upTo = output.seq;
  }
  return upTo;
}

const watermarkOfEntry = onSay(
  'logging.issued-watermark',
  ['ahead', 'behind'],
  'entry',
  (message, view) => {
    return watermarkBroken(message.watermark, view);
  },
);
const watermarkOfAlive = onSay(
  'logging.issued-watermark',
  ['ahead', 'behind'],
  'alive',
  (message, view) => {
    return view.pairing === undefined && view.recording
      ? watermarkBroken(message.watermark, view)
      : undefined;
  },
);

const acknowledgesHeld = onSay(
  'logging.acknowledge-held-entries',
  'acknowledged-not-held',
  'acknowledge',
  ({ upto }, view) => {
    if (view.diverged || view.takeover || BigInt(upto) <= view.held) return undefined;
    return [`no more than ${view.held}, the last entry held`, `acknowledge ${upto}`];
  },
);

const cumulative = onSay(
  'logging.cumulative-acknowledgement',
  'decreasing',
  'acknowledge',
  ({ upto }, view) => {
    if (BigInt(upto) >= view.acknowledgedSent) return undefined;
    return [`at least ${view.acknowledgedSent}, acknowledged before`, `acknowledge ${upto}`];
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

const duplicate = onSettled('logging.acknowledge-held-entries', 'gap-kept', (view) => {
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
  ['applied-not-held', 'out-of-order', 'altered-entry'],
  'guest.apply',
  ({ entry }, view): Broken | undefined => {
    const seq = BigInt(entry.seq);
    if (seq > view.held) return [`through ${view.held}, the last entry held`, `apply ${seq}`];
    if (seq !== view.applyAsked + 1n) {
      return [`apply ${view.applyAsked + 1n}`, `apply ${seq}`, 'out-of-order'];
    }
    const held = view.heldEntries.get(seq);
    const isSame = held?.position === entry.position && held.data === entry.data;
    if (isSame && held.entry === entry.kind) return undefined;
    const expected = `${held?.entry} at ${held?.position}, ${held?.data}`;
    return [expected, `${entry.kind} at ${entry.position}, ${entry.data}`, 'altered-entry'];
  },
);

const ownerBeyond = onSettled('logging.acknowledgement-beyond-sent', 'channel-kept', (view) => {
  const { trigger } = view;
  if (trigger.type !== 'channel.arrived' || trigger.message.kind !== 'acknowledge')
    return undefined;
  const { record } = view;
  if (record?.owner !== view.incarnation || trigger.message.from !== record.backup)
    return undefined;
  if (trigger.message.epoch !== record.epoch || trigger.connection !== view.connection)
    return undefined;
  if (!view.recording || BigInt(trigger.message.upto) <= view.sent || !view.connectionOpen)
    return undefined;
  return ['the channel is closed: the peer is faulty', 'it is open'];
});

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

const stopBeforeFull = onSettled('flow.stop-before-full', 'not-held', (view) => {
  if (view.guest !== 'running' || !view.recording || view.takeover) return undefined;
  const waiting = view.sent - view.acknowledged;
  if (waiting < BigInt(view.parameters.entriesMax) || gateOf(view) === 'shut') return undefined;
  return [
    `the guest is held at ${view.parameters.entriesMax} unacknowledged entries`,
    `${waiting}, running`,
  ];
});

export const loggingMonitors: readonly Monitor[] = [
  numbering,
  recorded,
  watermarkOfEntry,
  watermarkOfAlive,
  acknowledgesHeld,
  cumulative,
  undecodable,
  duplicate,
  replayInLog,
  ownerBeyond,
  afterDivergence,
  neverLive,
  stopBeforeFull,
];
