// Monitors of periods: beats and alives often enough, suspicion neither early nor late.
// Windows are those of the text: a beat within I, suspicion in [T, T + I].
// Spec: protocol.md, "Heartbeat" and "Periods".

import { type Monitor, onEffect, onTime } from './monitor.ts';
import { swapToTransition } from './record.ts';
import { epochInUse, pendingOperation, silenceFrom, type View } from './view.ts';

function isPaired(view: View, isLinked: boolean): boolean {
  if (view.halted || view.takeover || !isLinked) return false;
  if (view.pairing !== undefined) return true;
  const { record } = view;
  return (
    record?.owner === view.incarnation && record.phase !== 'alone' && view.beatAt !== undefined
  );
}

const beats = onTime('heartbeat.send-every-interval', 'late', (view, at) => {
  const last = view.beatAt;
  const interval = BigInt(view.parameters.beatInterval);
  // They go on while a channel is away that is to come back.
  const isLinked = view.connectionOpen || view.reconnection.isSilence;
  if (last === undefined || !isPaired(view, isLinked) || at - last <= interval) return undefined;
  return [`a beat by ${last + interval}`, `none at ${at}`];
});

const alives = onTime('heartbeat.keep-alive-sent', 'late', (view, at) => {
  const last = view.aliveAt;
  const interval = BigInt(view.parameters.aliveInterval);
  if (last === undefined || !isPaired(view, view.connectionOpen) || at - last <= interval) {
    return undefined;
  }
  return [`an alive by ${last + interval}`, `none at ${at}`];
});

/** Which path fell silent first decides the clause. */
function late(clause: string, code: string, isFirst: (view: View) => boolean): Monitor {
  return onTime(clause, code, (view, at) => {
    if (!view.watching || view.halted || view.takeover || view.diverged) return undefined;
    const from = silenceFrom(view);
    const by = from + BigInt(view.parameters.beatInterval);
    const { suspectedAt, askedAt } = view;
    const since = suspectedAt !== undefined && suspectedAt < from ? suspectedAt : from;
    const hasAsked = askedAt !== undefined && askedAt >= since;
    if (at <= by || view.isUnresolved || hasAsked || !isFirst(view)) return undefined;
    return [`a request to the arbiter by ${by}`, `none at ${at}`];
  });
}

function isBeatFirst(view: View): boolean {
  return silenceFrom(view) === view.heardDatagramAt + BigInt(view.parameters.beatTimeout);
}

/** Going alone or taking over needs a reason: silence, a lost channel, or a peer that diverged. */
const early = onEffect(
  'heartbeat.heard-is-not-suspected',
  'too-early',
  'arbiter.request',
  ({ action }, view) => {
    if (!('swap' in action)) return undefined;
    const row = swapToTransition(view.record, action.swap.record, view.incarnation);
    if (row !== 'T6' && row !== 'T7') return undefined;
    const isTold = row === 'T6' ? hasConsumedYield(view) : isToldToLeave(view);
    const hasReason = !view.connectionOpen || view.divergedArrived || view.askedToLeave || isTold;
    if (hasReason || view.suspectedAt !== undefined) return undefined;
    return [`no ${row} before ${silenceFrom(view)}: the peer is heard`, `${row} at ${view.now}`];
  },
);

export function hasConsumedYield({ ending, applied }: View): boolean {
  return ending?.kind === 'yield' && applied >= ending.seq;
}

/** By the manager, or by Y that passed since the owner yielded. */
export function isToldToLeave(view: View): boolean {
  const operation = pendingOperation(view);
  if (operation === 'turn-off' || operation === 'restart-secondary') return true;
  if (operation !== 'test-failover' || view.endingSent === undefined) return false;
  return view.now - view.endingSent.at >= BigInt(view.parameters.yieldTimeout);
}

const identified = onEffect(
  'heartbeat.identified-beats',
  'wrong-envelope',
  'datagram.send',
  ({ message }, view) => {
    if (message.kind !== 'beat') return undefined;
    const { vm, from, epoch } = message;
    if (vm === view.vm && from === view.incarnation && BigInt(epoch) === epochInUse(view)) {
      return undefined;
    }
    const expected = `${view.vm}, epoch ${epochInUse(view)}, from ${view.incarnation}`;
    return [expected, `${vm}, epoch ${epoch}, from ${from}`];
  },
);

/** The last entry assigned by the owner, or held by the backup. */
function lastEntry(view: View): bigint {
  return view.pairing === undefined ? view.sent : view.held;
}

function onAlive(
  clause: string,
  code: string,
  isWrong: (seq: bigint, last: bigint) => boolean,
): Monitor {
  return onEffect(clause, code, 'channel.send', ({ message }, view) => {
    if (message.kind !== 'alive' || view.takeover) return undefined;
    const last = lastEntry(view);
    if (!isWrong(BigInt(message.seq), last)) return undefined;
    return [`sequence ${last}, the last there is`, `sequence ${message.seq}`];
  });
}

/** Suspicion is no reason to stop: the record says who lost. */
const haltsOnSuspicion = onEffect(
  'heartbeat.suspicion-is-not-live',
  'halted',
  'guest.halt',
  (_, view) => {
    const { type } = view.trigger;
    if (type !== 'clock' && type !== 'channel.closed') return undefined;
    if (view.pairing !== undefined || view.record?.owner !== view.incarnation) return undefined;
    return ['the owner goes on until a record says otherwise', `guest.halt on ${type}`];
  },
);

export const heartbeatMonitors: readonly Monitor[] = [
  beats,
  alives,
  late('heartbeat.suspect-on-silence', 'no-suspicion', isBeatFirst),
  late('heartbeat.suspect-on-channel-silence', 'no-suspicion', (view) => !isBeatFirst(view)),
  early,
  identified,
  onAlive('heartbeat.keep-alive-outside-log', 'numbered', (seq, last) => seq > last),
  onAlive('heartbeat.keep-alive-content', 'wrong-sequence', (seq, last) => seq < last),
  haltsOnSuspicion,
];
