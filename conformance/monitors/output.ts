// Monitors of the output gate: what leaves too early, out of order, or not at all.
// Spec: protocol.md, "Output".

import type { Effect } from '../wire.ts';
import {
  findMade,
  findOperation,
  gateByRecord,
  gateOf,
  isCovered,
  type ReleaseCause,
  releaseCause,
} from './gate.ts';
import { type Broken, type Monitor, monitor, onSettled } from './monitor.ts';
import type { Made, View } from './view.ts';

/** The output that an effect lets out: an emission, or a write to a disk. */
function released(
  view: View,
  effect: Effect,
): { what: string; output: Made | undefined } | undefined {
  if (effect.type === 'output.emit') {
    const { channel, offset, data } = effect;
    const what = `emission on ${channel} at offset ${offset}`;
    return { what, output: findMade(view, channel, BigInt(offset), data) };
  }
  if (effect.type === 'disk.request' && 'write' in effect.action) {
    const what = `write of operation ${effect.operation}`;
    return { what, output: findOperation(view, BigInt(effect.operation)) };
  }
  return undefined;
}

/** Judges each release while the gate is on acknowledgements, by what caused it. */
function early(clause: string, code: string, causes: readonly ReleaseCause[]): Monitor {
  return monitor(clause, code, (event, view): Broken | undefined => {
    if (event.kind !== 'effect' || gateOf(view) !== 'acked' || view.takeover) return undefined;
    const release = released(view, event.effect);
    if (release === undefined || !causes.includes(releaseCause(view))) return undefined;
    if (release.output !== undefined && isCovered(view, release.output)) return undefined;
    const seq = release.output?.seq;
    const named = seq === undefined ? 'an output without an entry' : `output ${seq}`;
    return [
      `nothing above ${largest(view.acknowledged, view.gateAt)} leaves, the highest acknowledged`,
      `${release.what}, ${named}`,
    ];
  });
}

const replaying: Monitor = shutMonitor(
  'output.silent-in-replay',
  'output-in-replay',
  (view, effect) => {
    return view.pairing !== undefined && !view.takeover && effect.type === 'output.emit';
  },
);
/** Whether a replica's own guest made it: a disk that is shared has a clause of its own. */
const writing: Monitor = shutMonitor(
  'device.only-owner-writes-shared',
  'written',
  (view, effect) => {
    return view.pairing !== undefined && !view.takeover && effect.type === 'disk.request';
  },
);
const lost: Monitor = shutMonitor('output.nothing-after-loss', 'output-after-loss', (view) => {
  return isLost(view) && !view.recordIsNew;
});
/** A queue must not drain after the decision that filled it. */
const queued: Monitor = shutMonitor('output.cancel-queued', 'released-at-loss', (view) => {
  return isLost(view) && view.recordIsNew;
});

function isLost(view: View): boolean {
  return (
    view.pairing === undefined && (view.halted || view.hasOwned) && gateByRecord(view) === 'shut'
  );
}

function shutMonitor(
  clause: string,
  code: string,
  applies: (view: View, effect: Effect) => boolean,
): Monitor {
  return monitor(clause, code, (event, view) => {
    if (event.kind !== 'effect' || !applies(view, event.effect)) return undefined;
    const release = released(view, event.effect);
    return release === undefined ? undefined : ['nothing leaves', release.what];
  });
}

/** Once settled, what may leave has left: nothing acknowledged is held back. */
function stuck(clause: string, code: string, applies: (view: View) => boolean): Monitor {
  return onSettled(clause, code, (view) => {
    if (view.takeover || view.pairing !== undefined || !applies(view)) return undefined;
    const gate = gateOf(view);
    if (gate === 'shut') return undefined;
    const held = view.made.find(
      (one) => one.emitted === 0 && (gate === 'open' || isCovered(view, one)),
    );
    if (held === undefined) return undefined;
    const name = held.seq === undefined ? `at position ${held.position}` : `${held.seq}`;
    return [`output ${name} (${held.channel}) leaves: the gate is ${gate}`, 'it is still held'];
  });
}

const isSuspected = (view: View): boolean => view.suspectedAt !== undefined;

/** Outputs of a channel leave in the order in which they were made. */
const order: Monitor = monitor('output.release-in-order', 'out-of-order', (event, view) => {
  if (event.kind !== 'effect' || view.takeover) return undefined;
  const release = released(view, event.effect);
  if (release?.output === undefined) return undefined;
  const { channel, offset } = release.output;
  const skipped = view.made.find(
    (one) => one.channel === channel && one.offset < offset && one.emitted === 0,
  );
  if (skipped === undefined || gateOf(view) === 'shut') return undefined;
  return [`the output at offset ${skipped.offset} of ${channel} first`, release.what];
});

/** While the gate of a joining is open, its outputs are numbered all the same. */
function ownEntry(clause: string, isJoining: boolean): Monitor {
  return onSettled(clause, 'output-without-entry', (view) => {
    const { trigger } = view;
    if (trigger.type !== 'guest.output' || view.refused !== undefined) return undefined;
    if (!view.recording || !view.connectionOpen || view.higherEpoch) return undefined;
    if ((view.record?.phase === 'joining') !== isJoining) return undefined;
    const output = view.made.at(-1);
    if (output === undefined || output.seq !== undefined) return undefined;
    return [`an entry of kind output at position ${trigger.position}`, 'no entry was sent'];
  });
}

function largest(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

export const outputMonitors: readonly Monitor[] = [
  early('output.hold-until-acknowledged', 'output-before-acknowledgement', ['other']),
  early('output.release-exactly-acknowledged', 'released-too-much', ['acknowledgement']),
  early('output.suspicion-keeps-gate', 'released-on-suspicion', ['silence']),
  early('logging.ignore-old-epoch', 'released-by-old-epoch', ['old-epoch']),
  early('logging.acknowledgement-beyond-sent', 'released-beyond-sent', ['beyond-sent']),
  early('logging.reconnect-keeps-held', 'released', ['reconnecting']),
  early('logging.resume-beyond-sent', 'released-beyond-sent', ['welcome-beyond']),
  early('arbitration.outcome-by-reading', 'released-without-record', ['arbiter']),
  early('output.open-after-record', 'released-in-doubt', ['joining']),
  replaying,
  writing,
  lost,
  queued,
  stuck('output.release-exactly-acknowledged', 'not-released', (view) => !isSuspected(view)),
  stuck('output.late-acknowledgement-releases', 'not-released', isSuspected),
  order,
  ownEntry('output.own-entry', false),
  ownEntry('pairing.record-while-joining', true),
];
