// Monitors of the output gate, from the owner's side and at takeover.
// Spec: protocol.md, "Output".

import type { Effect } from '../wire.ts';
import {
  findMade,
  findOperation,
  gateOf,
  isCovered,
  type ReleaseCause,
  releaseCause,
} from './gate.ts';
import { type Broken, type Monitor, monitor, onEffect, onSettled } from './monitor.ts';
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

const replaying: Monitor = shutMonitor('output.silent-in-replay', 'output-in-replay', (view) => {
  return view.pairing !== undefined && !view.takeover;
});
const lost: Monitor = shutMonitor('output.nothing-after-loss', 'output-after-loss', (view) => {
  return view.pairing === undefined && (view.halted || view.hasOwned) && gateOf(view) === 'shut';
});

function shutMonitor(clause: string, code: string, applies: (view: View) => boolean): Monitor {
  return monitor(clause, code, (event, view) => {
    if (event.kind !== 'effect' || !applies(view)) return undefined;
    const release = released(view, event.effect);
    return release === undefined ? undefined : ['nothing leaves', release.what];
  });
}

/** Once settled, what may leave has left: nothing acknowledged is held back. */
const release: Monitor = onSettled(
  'output.release-exactly-acknowledged',
  'not-released',
  (view) => {
    if (view.takeover || view.pairing !== undefined) return undefined;
    const gate = gateOf(view);
    if (gate === 'shut') return undefined;
    const stuck = view.made.find(
      (one) => one.emitted === 0 && (gate === 'open' || isCovered(view, one)),
    );
    if (stuck === undefined) return undefined;
    const name = stuck.seq === undefined ? `at position ${stuck.position}` : `${stuck.seq}`;
    return [`output ${name} (${stuck.channel}) leaves: the gate is ${gate}`, 'it is still held'];
  },
);

/** Outputs of a channel leave in the order in which they were made. */
const order: Monitor = monitor(
  'output.release-exactly-acknowledged',
  'out-of-order',
  (event, view) => {
    if (event.kind !== 'effect' || view.takeover) return undefined;
    const release = released(view, event.effect);
    if (release?.output === undefined) return undefined;
    const { channel, offset } = release.output;
    const skipped = view.made.find(
      (one) => one.channel === channel && one.offset < offset && one.emitted === 0,
    );
    if (skipped === undefined || gateOf(view) === 'shut') return undefined;
    return [`the output at offset ${skipped.offset} of ${channel} first`, release.what];
  },
);

/** Every emission is of an output that the guest made, at its offset, byte for byte. */
const bytes: Monitor = onEffect(
  'output.byte-stream-offset',
  'no-such-output',
  'output.emit',
  ({ channel, offset, data }, view) => {
    if (findMade(view, channel, BigInt(offset), data) !== undefined) return undefined;
    const next = view.made.find((one) => one.channel === channel && one.emitted === 0);
    const expected =
      next === undefined ? 'no output is waiting' : `offset ${next.offset}, ${next.data}`;
    return [`${channel}: ${expected}`, `offset ${offset}, ${data}`];
  },
);

const ownEntry: Monitor = onSettled('output.own-entry', 'output-without-entry', (view) => {
  const { trigger } = view;
  if (trigger.type !== 'guest.output' || view.refused !== undefined) return undefined;
  if (!view.recording || !view.connectionOpen || view.higherEpoch) return undefined;
  const output = view.made.at(-1);
  if (output === undefined || output.seq !== undefined) return undefined;
  return [`an entry of kind output at position ${trigger.position}`, 'no entry was sent'];
});

const emitsAtTakeover = (view: View, one: Made): boolean => {
  if (one.channel === 'disk') return false;
  return one.channel === 'console' || view.parameters.network === 'at-least-once';
};

/** At go-live each output above the watermark has left once; nothing at or below it again. */
const reissue: Monitor = onEffect(
  'output.reissue-after-takeover',
  ['not-emitted', 'emitted-twice'],
  'guest.run',
  (_, view): Broken | undefined => {
    if (!view.takeover) return undefined;
    const missing = view.made.find(
      (one) => (one.seq ?? 0n) > view.watermark && emitsAtTakeover(view, one) && one.emitted === 0,
    );
    if (missing !== undefined) {
      return [`output ${missing.seq} (${missing.channel}) is emitted before live`, 'it is not'];
    }
    const twice = view.made.find((one) => one.emitted > 1);
    if (twice === undefined) return undefined;
    return [`output ${twice.seq} is emitted once`, `${twice.emitted} times`, 'emitted-twice'];
  },
);

const reissueBelow: Monitor = onEffect(
  'output.reissue-after-takeover',
  'emitted-issued',
  'output.emit',
  ({ channel, offset, data }, view): Broken | undefined => {
    if (!view.takeover) return undefined;
    const output = findMade(view, channel, BigInt(offset), data);
    if (output?.seq === undefined) return undefined;
    if (output.seq > view.watermark && emitsAtTakeover(view, output)) return undefined;
    return [
      `only outputs above the watermark ${view.watermark}, and none on a network that may lose`,
      `output ${output.seq} on ${channel}`,
    ];
  },
);

function largest(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

export const outputMonitors: readonly Monitor[] = [
  early('output.hold-until-acknowledged', 'output-before-acknowledgement', ['other']),
  early('output.release-exactly-acknowledged', 'released-too-much', ['acknowledgement']),
  early('output.suspicion-keeps-gate', 'released-on-suspicion', ['silence']),
  early('logging.ignore-old-epoch', 'released-by-old-epoch', ['old-epoch']),
  early('logging.acknowledgement-beyond-sent', 'released-beyond-sent', ['beyond-sent']),
  early('arbitration.outcome-by-reading', 'released-without-record', ['arbiter']),
  replaying,
  lost,
  release,
  order,
  bytes,
  ownEntry,
  reissue,
  reissueBelow,
];
