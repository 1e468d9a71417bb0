// Monitors of periods: beats and alives often enough, suspicion neither early nor late.
// Windows are those of the text: a beat within I, suspicion in [T, T + I].
// Spec: protocol.md, "Heartbeat" and "Periods".

import { type Monitor, onEffect, onTime } from './monitor.ts';
import { swapToTransition } from './record.ts';
import { silenceFrom, type View } from './view.ts';

function isPaired(view: View): boolean {
  if (view.halted || view.takeover || !view.connectionOpen) return false;
  if (view.pairing !== undefined) return true;
  const { record } = view;
  return (
    record?.owner === view.incarnation && record.phase !== 'alone' && view.beatAt !== undefined
  );
}

const beats = onTime('heartbeat.send-every-interval', 'late', (view, at) => {
  const last = view.beatAt;
  const interval = BigInt(view.parameters.beatInterval);
  if (last === undefined || !isPaired(view) || at - last <= interval) return undefined;
  return [`a beat by ${last + interval}`, `none at ${at}`];
});

const alives = onTime('heartbeat.keep-alive-outside-log', 'late', (view, at) => {
  const last = view.aliveAt;
  const interval = BigInt(view.parameters.aliveInterval);
  if (last === undefined || !isPaired(view) || at - last <= interval) return undefined;
  return [`an alive by ${last + interval}`, `none at ${at}`];
});

const late = onTime('heartbeat.suspect-on-silence', 'no-suspicion', (view, at) => {
  if (!view.watching || view.halted || view.takeover || view.diverged) return undefined;
  const from = silenceFrom(view);
  const by = from + BigInt(view.parameters.beatInterval);
  const since = view.suspectedAt !== undefined && view.suspectedAt < from ? view.suspectedAt : from;
  const hasAsked = view.askedAt !== undefined && view.askedAt >= since;
  if (at <= by || view.isUnresolved || hasAsked) return undefined;
  return [`a request to the arbiter by ${by}`, `none at ${at}`];
});

/** Going alone or taking over needs a reason: silence, a lost channel, or a peer that diverged. */
const early = onEffect(
  'heartbeat.suspect-on-silence',
  'too-early',
  'arbiter.request',
  ({ action }, view) => {
    if (!('swap' in action)) return undefined;
    const row = swapToTransition(view.record, action.swap.record, view.incarnation);
    if (row !== 'T6' && row !== 'T7') return undefined;
    const hasReason = !view.connectionOpen || view.divergedArrived || view.askedToLeave;
    if (hasReason || view.suspectedAt !== undefined) return undefined;
    return [`no ${row} before ${silenceFrom(view)}: the peer is heard`, `${row} at ${view.now}`];
  },
);

export const heartbeatMonitors: readonly Monitor[] = [beats, alives, late, early];
