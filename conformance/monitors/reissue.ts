// Monitors of the bytes that are emitted, and of what a new owner emits again.
// Spec: protocol.md, "Output".

import { findMade } from './gate.ts';
import { type Broken, type Monitor, onEffect } from './monitor.ts';
import type { Made, View } from './view.ts';

/** Every emission is of an output that the guest made, at its offset, byte for byte. */
function bytes(
  clause: string,
  code: string,
  applies: (view: View, data: string) => boolean,
): Monitor {
  return onEffect(clause, code, 'output.emit', ({ channel, offset, data }, view) => {
    if (findMade(view, channel, BigInt(offset), data) !== undefined) return undefined;
    if (!applies(view, data)) return undefined;
    const next = view.made.find((one) => one.channel === channel && one.emitted === 0);
    const expected =
      next === undefined ? 'no output is waiting' : `offset ${next.offset}, ${next.data}`;
    return [`${channel}: ${expected}`, `offset ${offset}, ${data}`];
  });
}

/** The right bytes at a wrong place, from a machine that did not begin on this host. */
function isDisplaced(view: View, data: string): boolean {
  return view.copy !== undefined && view.made.some((one) => one.data === data);
}

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

/** What left the old host, by the watermark, is not emitted a second time. */
const belowWatermark: Monitor = onTakeover(
  'output.not-below-watermark',
  'emitted-issued',
  (view, output) => {
    if (output.seq === undefined || output.seq > view.watermark) return undefined;
    return `only outputs above the watermark ${view.watermark}`;
  },
);

const dropped: Monitor = onTakeover('output.drop-at-takeover', 'emitted', (view, output) => {
  if (output.seq === undefined || emitsAtTakeover(view, output)) return undefined;
  return 'nothing of a network that may lose';
});

const inOrder: Monitor = onTakeover('output.reissue-before-new', 'out-of-order', (view, output) => {
  const skipped = view.made.find(
    (one) =>
      one.channel === output.channel &&
      one.offset < output.offset &&
      (one.seq ?? 0n) > view.watermark &&
      one.emitted === 0,
  );
  return skipped === undefined ? undefined : `the output at offset ${skipped.offset} first`;
});

/** A monitor of what a new owner emits again: gives what was expected instead. */
function onTakeover(
  clause: string,
  code: string,
  wrong: (view: View, output: Made) => string | undefined,
): Monitor {
  return onEffect(clause, code, 'output.emit', ({ channel, offset, data }, view) => {
    if (!view.takeover) return undefined;
    const output = findMade(view, channel, BigInt(offset), data);
    const expected = output === undefined ? undefined : wrong(view, output);
    return expected === undefined ? undefined : [expected, `output ${output?.seq} on ${channel}`];
  });
}

export const reissueMonitors: readonly Monitor[] = [
  bytes('output.byte-stream-offset', 'no-such-output', (view, data) => {
    return !isDisplaced(view, data) && !view.takeover;
  }),
  bytes('output.offset-continues', 'displaced', isDisplaced),
  bytes('output.reissue-identical', 'altered', (view, data) => {
    return view.takeover && !isDisplaced(view, data);
  }),
  reissue,
  belowWatermark,
  dropped,
  inOrder,
];
