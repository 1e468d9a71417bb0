// Monitors of takeover, of going alone, and of what a loser does.
// Spec: protocol.md, "Failover".

import { mayBeNamed } from './advance-replacing.ts';
import { type Broken, type Monitor, monitor, onEffect, onSettled } from './monitor.ts';
import { isOwnAlone } from './record.ts';
import type { TraceEvent } from './trace.ts';
import type { View } from './view.ts';

/** What a promoted backup does to the outside: from the first of these it is live. */
function liveEffect(event: TraceEvent): string | undefined {
  if (event.kind !== 'effect') return undefined;
  const { type } = event.effect;
  return type === 'guest.run' || type === 'address.announce' || type === 'output.emit'
    ? type
    : undefined;
}

const withoutRecord = monitor(
  'failover.promoted-after-record',
  'live-without-record',
  (event, view) => {
    const what = liveEffect(event);
    if (what !== 'guest.run' && what !== 'address.announce') return undefined;
    if (view.pairing === undefined || isOwnAlone(view.record, view.incarnation)) return undefined;
    return ['a record read with its own name', `${what}; read: ${view.record?.phase ?? 'nothing'}`];
  },
);

function beforeLive(
  clause: string,
  code: string,
  missing: (view: View) => string | undefined,
): Monitor {
  return monitor(clause, code, (event, view) => {
    const what = liveEffect(event);
    if (what === undefined || !view.takeover) return undefined;
    const lack = missing(view);
    return lack === undefined ? undefined : [lack, `${what} before that`];
  });
}

const fenced = beforeLive('failover.fence-before-live', 'live-before-fence', (view) => {
  const token = BigInt(view.record?.token ?? '0');
  return view.fenceDone === token ? undefined : `the disks fenced with ${token}, and answered`;
});
const consumed = beforeLive('failover.consume-before-live', 'live-before-consumed', (view) => {
  return view.applied >= view.held ? undefined : `all ${view.held} entries consumed`;
});
const announced = monitor('failover.announce-address', 'not-announced', (event, view) => {
  const what = liveEffect(event);
  if (what === undefined || what === 'address.announce') return undefined;
  if (!view.takeover || view.announced) return undefined;
  return ['the address announced', `${what} before that`];
});

/** The machine may have run elsewhere before it was suspended. */
const resumedAnnounced = onEffect(
  'failover.announce-address',
  'not-announced',
  'guest.run',
  (_, view) => {
    const isResumed = view.startsFrom === 'image' && view.guest === 'none' && view.isImageIn;
    if (!isResumed || view.pairing !== undefined || view.announced) return undefined;
    return ['the address announced', 'guest.run before that'];
  },
);

const sealed = onEffect(
  'failover.seal-log',
  'acknowledged-after-seal',
  'channel.send',
  ({ message }, view) => {
    if (!view.takeover) return undefined;
    if (message.kind !== 'acknowledge' && message.kind !== 'alive') return undefined;
    return ['nothing of the old epoch once the record was won', message.kind];
  },
);

const reissued = onEffect(
  'failover.reissue-open-operations',
  'not-issued',
  'guest.run',
  (_, view) => {
    if (!view.takeover) return undefined;
    for (const operation of view.open.keys()) {
      const isIssued = view.reissued.has(operation);
      if (!isIssued) return [`operation ${operation}, open, is issued again`, 'it is not'];
    }
    return undefined;
  },
);

/** A backup that was ready may have been made eligible: it reads before it gives up. */
const readFirst = onEffect(
  'failover.read-before-discard',
  'discarded-unread',
  'guest.halt',
  (_, view) => {
    if (view.pairing === undefined || !view.readySent || view.takeover) return undefined;
    if (view.recordIsNew || view.trigger.type === 'arbiter.answered') return undefined;
    if (view.trigger.type === 'arbiter.failed') return undefined;
    return ['the record is read first', `discarded on ${view.trigger.type}`];
  },
);

const aloneByRecord = onEffect(
  'failover.alone-after-record',
  'reported-early',
  'report',
  ({ state }, view) => {
    if (state !== 'needSecondary' || view.takeover || view.pairing !== undefined) return undefined;
    if (isOwnAlone(view.record, view.incarnation)) return undefined;
    return ['needSecondary once the record says alone', `read: ${view.record?.phase ?? 'nothing'}`];
  },
);

const noRunByLoser = onEffect(
  'failover.loser-halts',
  'runs-after-loss',
  'guest.run',
  (_, view): Broken | undefined => {
    if (view.pairing !== undefined || view.record?.owner === view.incarnation) return undefined;
    if (!view.hasOwned) return undefined;
    return ['only the owner runs', `the record names ${view.record?.owner ?? 'nobody'}`];
  },
);

const bootsByRecord = onEffect(
  'lifecycle.power-on-by-record',
  'boots-unread',
  'guest.run',
  (_, view) => {
    if (view.pairing !== undefined || view.hasOwned) return undefined;
    if (view.record?.owner === view.incarnation || view.startsFrom === 'image') return undefined;
    return ['a record read that names it owner', `read: ${view.record?.owner ?? 'nothing'}`];
  },
);

const unreadable = onEffect(
  'failover.unreadable-keeps-state',
  'discarded',
  'guest.halt',
  (_, view) => {
    if (view.pairing === undefined || !view.readySent) return undefined;
    if (view.trigger.type !== 'arbiter.failed') return undefined;
    return ['a ready backup waits for an answer', 'guest.halt'];
  },
);

/** What was halted is never run: a new machine begins with a new power-on, or with a copy. */
const oldState = onEffect(
  'failover.loser-state-discarded',
  'runs-halted',
  'guest.run',
  (_, view) => {
    return view.halted ? ['the halted state is not used again', 'guest.run'] : undefined;
  },
);

const discardsUnnamed = onSettled('failover.discard-when-not-named', 'kept', (view) => {
  const { record, incarnation } = view;
  if (!view.recordIsNew || record === null || view.pairing === undefined) return undefined;
  if (record.backup === incarnation || record.owner === incarnation) return undefined;
  if (mayBeNamed(view, record)) return undefined;
  return ['it discards itself: the record does not name it', `the guest is ${view.guest}`];
});

/** Eligible is who the record names, told or not: without its owner it asks to take over. */
const candidate = onSettled('failover.named-is-candidate', 'no-takeover', (view) => {
  const { record, pairing, incarnation } = view;
  if (!view.recordIsNew || pairing === undefined || view.connectionOpen || view.diverged) {
    return undefined;
  }
  if (record?.phase !== 'protected' || record.backup !== incarnation) return undefined;
  if (view.reconnection.isSilence && view.suspectedAt === undefined) return undefined;
  if (view.ending?.kind === 'power-off') return undefined;
  if (view.unresolvedSwap?.record.owner === incarnation) return undefined;
  return ['a request to take over', 'none'];
});

/** Who won and cannot run says so in the record, again until it is read. */
const ends = onSettled('failover.end-when-unable', 'not-ended', (view) => {
  if (!view.takeover || !view.diverged || view.isUnresolved) return undefined;
  if (!isOwnAlone(view.record, view.incarnation)) return undefined;
  return ['a request to end: the new owner cannot go live', 'none'];
});

const endReason = onEffect(
  'divergence.owner-gone-ends',
  'wrong-reason',
  'arbiter.request',
  ({ action }, view) => {
    if (!('swap' in action) || !view.diverged || !view.takeover) return undefined;
    const { phase, reason } = action.swap.record;
    if (phase === 'off' && reason === 'diverged') return undefined;
    return ['a record off, reason diverged', `${phase}, reason ${reason}`];
  },
);

export const failoverMonitors: readonly Monitor[] = [
  withoutRecord,
  fenced,
  consumed,
  announced,
  resumedAnnounced,
  sealed,
  reissued,
  readFirst,
  aloneByRecord,
  // Before those of who may run: what was halted never may.
  oldState,
  noRunByLoser,
  bootsByRecord,
  unreadable,
  discardsUnnamed,
  candidate,
  ends,
  endReason,
];
