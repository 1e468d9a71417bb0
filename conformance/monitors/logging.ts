// Monitors of the log on the owner's side: numbering, content, watermark, room.
// Spec: protocol.md, "Logging", "Flow".

import { assigned } from './advance-reconnection.ts';
import { gateOf } from './gate.ts';
import { type Broken, type Monitor, monitor, onSay, onSettled } from './monitor.ts';
import { isOwnAlone } from './record.ts';
import { isHeldByManager, type View } from './view.ts';

const numbering = onSay(
  'logging.consecutive-sequence',
  ['gap', 'position-decreases'],
  'entry',
  ({ seq, position }, view): Broken | undefined => {
    // What is sent again has a place of its own.
    if (view.reconnection.next !== undefined) return undefined;
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

/** An entry sent on an input of the guest says what the guest was given, whole and at its place. */
function asGiven(clause: string, code: string, kind: 'completion' | 'input'): Monitor {
  return onSay(clause, code, 'entry', ({ entry, position, data }, view) => {
    const { trigger } = view;
    if (trigger.type !== 'guest.input' || trigger.kind !== kind) return undefined;
    if (entry === kind && position === trigger.position && data === trigger.data) return undefined;
    return [`${kind} at ${trigger.position}, ${trigger.data}`, `${entry} at ${position}, ${data}`];
  });
}

const whenAlone = onSay(
  'failover.stop-recording-when-alone',
  'entry-when-alone',
  'entry',
  ({ seq }, view) => {
    if (!isOwnAlone(view.record, view.incarnation)) return undefined;
    return ['no entry: the record says alone', `entry ${seq}`];
  },
);

const afterCopy = onSay(
  'pairing.first-entry-after-copy',
  'before-copy',
  'entry',
  ({ seq, position }, view) => {
    const { copied } = view;
    if (copied !== undefined && BigInt(position) >= BigInt(copied.position)) return undefined;
    return [`entries from the copied position ${copied?.position} on`, `${seq} at ${position}`];
  },
);

/** One not higher than the highest counted says nothing, so nothing follows from it. */
const lowerIgnored = monitor('logging.lower-acknowledgement-ignored', 'acted', (event, view) => {
  const { trigger } = view;
  if (event.kind !== 'effect' || trigger.type !== 'channel.arrived') return undefined;
  const { message } = trigger;
  if (message.kind !== 'acknowledge' || BigInt(message.upto) >= view.acknowledged) return undefined;
  if (message.epoch !== view.record?.epoch || message.from !== view.record.backup) return undefined;
  const { type } = event.effect;
  if (type !== 'channel.close' && type !== 'arbiter.request') return undefined;
  return [`acknowledge ${message.upto}, below ${view.acknowledged}, is ignored`, type];
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

const stopBeforeFull = onSettled('flow.stop-before-full', 'not-held', (view) => {
  if (view.guest !== 'running' || !view.recording || view.takeover) return undefined;
  if (isGivenUp(view)) return undefined;
  const waiting = assigned(view) - view.acknowledged;
  if (waiting < BigInt(view.parameters.entriesMax) || gateOf(view) === 'shut') return undefined;
  return [
    `the guest is held at ${view.parameters.entriesMax} unacknowledged entries`,
    `${waiting}, running`,
  ];
});

/** Behind an open gate recording stops with the joining: nobody can become eligible by that log any more. */
const isGivenUp = (view: View): boolean =>
  view.record?.phase === 'joining' && !view.connectionOpen && gateOf(view) === 'open';

const resumes = onSettled('flow.resume-when-room', 'still-held', (view) => {
  if (view.guest !== 'held' || !view.connectionOpen || view.takeover) return undefined;
  if (isHeldByManager(view)) return undefined;
  // A channel opened later carries nothing of a pair that is lost: its log gets no room.
  if (view.recording && view.reconnection.isLost) return undefined;
  // What was logged while no channel carried it waits too.
  const waiting = view.recording ? assigned(view) - view.acknowledged : 0n;
  if (waiting >= BigInt(view.parameters.entriesMax) || gateOf(view) === 'shut') return undefined;
  return [`the guest runs: ${waiting} entries are unacknowledged`, 'it is held'];
});

export const loggingMonitors: readonly Monitor[] = [
  numbering,
  recorded,
  asGiven('device.completion-is-event', 'altered-entry', 'completion'),
  asGiven('device.input-whole', 'altered-entry', 'input'),
  whenAlone,
  afterCopy,
  watermarkOfEntry,
  watermarkOfAlive,
  ownerBeyond,
  lowerIgnored,
  stopBeforeFull,
  resumes,
];
