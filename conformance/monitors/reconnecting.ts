// Monitors of a pair that loses its channel and gets it back: what a closed channel is not, where the
// log goes on, and what a backup may answer. Spec: protocol.md, "Reconnecting".

import { assigned, isAnsweringResuming } from './advance-reconnection.ts';
import { gateOf, isCovered } from './gate.ts';
import { hasConsumedYield } from './heartbeat.ts';
import { type Monitor, onEffect, onSay, onSettled } from './monitor.ts';
import type { Logged } from './reconnection-view.ts';
import { swapToTransition } from './record.ts';
import { pendingOperation, type View } from './view.ts';

const silence = 'pairing.closed-channel-is-silence';

/** Neither a request at the closing itself, nor one to end the pair before there is a reason. */
const noSuspicion = onEffect(silence, 'suspected', 'arbiter.request', ({ action }, view) => {
  const { reconnection, trigger } = view;
  if (!reconnection.isSilence || hasReason(view)) return undefined;
  const after = 'swap' in action ? action.swap.record : undefined;
  const row = after && swapToTransition(view.record, after, view.incarnation);
  const isLeaving = row === 'T6' || row === 'T7';
  if (!isLeaving && trigger.type !== 'channel.closed') return undefined;
  return ['nothing is asked: a closed channel is a silent one', row ?? 'a request'];
});

function hasReason(view: View): boolean {
  if (view.suspectedAt !== undefined || view.reconnection.isAttemptFailed) return true;
  if (view.divergedArrived || view.diverged || view.askedToLeave) return true;
  // An operation of the manager gives the attempt up, which is a suspicion.
  return pendingOperation(view) !== undefined || hasConsumedYield(view);
}

const noEnd = onEffect(silence, 'ended', 'guest.halt', (_, view) => {
  if (!view.reconnection.isSilence || view.trigger.type !== 'channel.closed') return undefined;
  return ['the guest goes on: a closed channel is a silent one', 'guest.halt'];
});

/** The hello offers what the owner keeps, from the first entry that is not acknowledged on. */
const offered = onSay('logging.keep-unacknowledged', 'wrong-next', 'hello', ({ next }, view) => {
  if (view.reconnection.attempt === undefined || view.connectionOpen) return undefined;
  const first = view.acknowledged + 1n;
  if (BigInt(next) === first) return undefined;
  return [`next ${first}, the first that is not acknowledged`, `next ${next}`];
});

const unaltered = onSay('logging.keep-unacknowledged', 'altered-entry', 'entry', (entry, view) => {
  const logged = view.reconnection.logged.get(BigInt(entry.seq));
  if (logged === undefined || isSame(logged, entry)) return undefined;
  return [`entry ${entry.seq} as it was made: ${told(logged)}`, told(entry)];
});

function isSame(logged: Logged, entry: Logged): boolean {
  if (logged.position !== entry.position || logged.entry !== entry.entry) return false;
  return logged.data === undefined || logged.data === entry.data;
}

function told({ position, entry, data }: Logged): string {
  return `${entry} at ${position}, ${data ?? 'its output'}`;
}

const complete = onSettled('logging.keep-unacknowledged', 'not-sent', (view) => {
  const { answer, next } = view.reconnection;
  if (answer !== 'taken-up' || next === undefined) return undefined;
  return [`entries up to ${assigned(view)} are sent`, `${next} is not`];
});

const inPlace = onSay('logging.resume-at-next', 'wrong-sequence', 'entry', ({ seq }, view) => {
  const { next } = view.reconnection;
  if (next === undefined || BigInt(seq) === next) return undefined;
  return [`entry ${next}, which the backup wants`, `entry ${seq}`];
});

const wanted = onSay('logging.resume-at-next', 'wrong-next', 'welcome', ({ next }, view) => {
  const first = view.held + 1n;
  if (!isAnsweringResuming(view) || BigInt(next) === first) return undefined;
  return [`next ${first}: ${view.held} is the last held`, `next ${next}`];
});

const counted = onSettled('logging.resume-acknowledges', 'not-counted', (view) => {
  if (view.reconnection.answer !== 'taken-up' || gateOf(view) !== 'acked') return undefined;
  const held = view.made.find((one) => one.emitted === 0 && isCovered(view, one));
  if (held === undefined) return undefined;
  return [`output ${held.seq} leaves: ${view.acknowledged} is acknowledged`, 'it is held'];
});

/** A backup that lost entries, or asks for those that are not there, is no backup any more. */
function lost(clause: string, which: 'below' | 'beyond'): Monitor {
  return onSettled(clause, ['channel-kept', 'not-suspected'], (view) => {
    if (view.reconnection.answer !== which) return undefined;
    if (view.reconnection.isAttemptOpen) return ['the channel is closed', 'it is open'];
    if (view.isUnresolved) return undefined;
    return ['the backup is suspected at once', 'nothing is asked', 'not-suspected'];
  });
}

/** To such a backup no entry is sent any more. */
function notResumed(clause: string, which: 'below' | 'beyond'): Monitor {
  return onSay(clause, 'resumed', 'entry', ({ seq }, view) => {
    if (view.reconnection.answer !== which) return undefined;
    return ['no entry: the backup is lost', `entry ${seq}`];
  });
}

const replaced = onSettled('pairing.newer-connection-replaces', 'not-closed', (view) => {
  const { older } = view.reconnection;
  return older === undefined ? undefined : ['the older connection is closed', `${older} stands`];
});

const olderIgnored = onEffect(
  'pairing.newer-connection-replaces',
  'answered',
  'channel.send',
  ({ message }, view) => {
    const { trigger, parameters, connection } = view;
    if (!parameters.reconnect || trigger.type !== 'channel.arrived') return undefined;
    if (connection === undefined || trigger.message.kind === 'hello') return undefined;
    if (BigInt(trigger.connection) >= BigInt(connection)) return undefined;
    return [
      `nothing that comes on ${trigger.connection} counts: ${connection} is newer`,
      message.kind,
    ];
  },
);

export const reconnectingMonitors: readonly Monitor[] = [
  noSuspicion,
  noEnd,
  offered,
  unaltered,
  inPlace,
  complete,
  wanted,
  counted,
  notResumed('logging.resume-below-acknowledged', 'below'),
  notResumed('logging.resume-beyond-sent', 'beyond'),
  lost('logging.resume-below-acknowledged', 'below'),
  lost('logging.resume-beyond-sent', 'beyond'),
  replaced,
  olderIgnored,
];
