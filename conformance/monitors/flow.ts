// Monitors of lag: what a backup says it has consumed, and when the share of an owner's guest must fall, rise, or stay.
// Where an owner may remember fewer instants, both answers are right. Spec: protocol.md, "Flow".

import { isOwnerOfPair, isPairOver, lagLeast, lagMost } from './advance-flow.ts';
import { fullShare, shareMin } from './flow-view.ts';
import { type Broken, type Monitor, monitor, onEffect } from './monitor.ts';
import type { TraceEvent } from './trace.ts';
import type { View } from './view.ts';

const shareStep = 5;

/** The last entry consumed; of an owner, none. */
const told = onEffect(
  'flow.lag-in-acknowledgements',
  ['not-consumed', 'less-than-consumed'],
  'channel.send',
  ({ message }, view) => {
    if (message.kind !== 'acknowledge' && message.kind !== 'alive') return undefined;
    const expected = view.pairing === undefined ? 0n : view.applied;
    const applied = BigInt(message.applied);
    // A guest that contradicted its log may have come further than its node counts.
    if (applied === expected || (view.diverged && applied < expected)) return undefined;
    const code = applied > expected ? 'not-consumed' : 'less-than-consumed';
    return [`${message.kind} with ${expected} applied`, `${applied} applied`, code];
  },
);

const slowed = onEffect(
  'flow.throttle-when-lagging',
  ['wrong-step', 'no-lag', 'no-pair'],
  'guest.throttle',
  ({ share }, view) => {
    const { flow, trigger, parameters } = view;
    if (share >= flow.share) return undefined;
    const said = `${share} in place of ${flow.share}`;
    if (trigger.type !== 'clock' || !isOwnerOfPair(view)) {
      return ['a share that falls in a pair that is protected, on K', said, 'no-pair'];
    }
    const isStep = share === Math.max(flow.share - shareStep, shareMin);
    if (!isStep) return [`a share smaller by ${shareStep}`, said, 'wrong-step'];
    if (lagMost(view) > BigInt(parameters.lagMax)) return undefined;
    return [`a lag above ${parameters.lagMax}`, `a lag of at most ${lagMost(view)}`, 'no-lag'];
  },
);

const givenBack = onEffect(
  'flow.throttle-given-back',
  ['wrong-step', 'too-early'],
  'guest.throttle',
  ({ share }, view) => {
    const { flow, trigger, parameters } = view;
    if (share <= flow.share) return undefined;
    const said = `${share} in place of ${flow.share}`;
    if (isPairOver(view)) {
      return share === fullShare ? undefined : ['all of it', said, 'wrong-step'];
    }
    const isStep = share === Math.min(flow.share + shareStep, fullShare);
    if (!isStep) return [`a share larger by ${shareStep}`, said, 'wrong-step'];
    const isWithin = lagLeast(view) <= BigInt(parameters.lagMax);
    if (isWithin && trigger.type === 'clock') return undefined;
    return [`a lag up to ${parameters.lagMax}, on K`, `a lag of ${lagLeast(view)}`, 'too-early'];
  },
);

/** What follows from an `alive` on K is done in its step: by the next event it is too late. */
function undone(clause: string, code: string, due: 'less' | 'more'): Monitor {
  return monitor(clause, code, (event, view) => {
    if (event.kind === 'effect' || view.flow.due !== due) return undefined;
    return [`a ${due === 'less' ? 'smaller' : 'larger'} share on K`, `still ${view.flow.share}`];
  });
}

/** Alone by the record, the guest has all of its share before anything is issued. */
const late = monitor('flow.throttle-given-back', 'late', (event, view) => {
  const isLate = view.flow.share < fullShare && isPairOver(view);
  if (!isLate || !isAfterwards(event)) return undefined;
  return [`a share of ${fullShare} once the pairing is over`, `still ${view.flow.share}`];
});

const isAfterwards = (event: TraceEvent): boolean =>
  event.kind === 'settled' ||
  (event.kind === 'effect' &&
    (event.effect.type === 'output.emit' || event.effect.type === 'disk.request'));

/** What K brings to a pair is a share and messages: the guest is not held, run, copied or halted for it. */
const only = monitor(
  'flow.throttle-only-processor-share',
  'guest-told',
  (event, view): Broken | undefined => {
    if (event.kind !== 'effect' || view.trigger.type !== 'clock') return undefined;
    const { type } = event.effect;
    if (!type.startsWith('guest.') || type === 'guest.throttle') return undefined;
    if (!isSlowing(view)) return undefined;
    return ['no other command to the guest with a new share', type];
  },
);

const isSlowing = ({ flow, now }: View): boolean =>
  flow.due !== undefined || flow.changedAt === now;

export const flowMonitors: readonly Monitor[] = [
  told,
  slowed,
  undone('flow.throttle-when-lagging', 'not-slowed', 'less'),
  givenBack,
  undone('flow.throttle-given-back', 'not-given-back', 'more'),
  late,
  only,
];
