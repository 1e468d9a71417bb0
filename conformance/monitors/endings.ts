// Monitors of what ends a log or a machine: the entries power-off and yield on both sides, and what
// must be settled before a machine is suspended. Spec: protocol.md, "Lifecycle".

import {
  type Broken,
  type Monitor,
  monitor,
  onEffect,
  onSay,
  onSettled,
  onTime,
} from './monitor.ts';
import { isOwnAlone, swapToTransition, type Transition } from './record.ts';
import { pendingOperation, type Swap, type View } from './view.ts';

/** A monitor of a swap that follows a row of the table. */
export function onRow(
  clause: string,
  code: string | readonly string[],
  row: Transition,
  check: (view: View, swap: Swap) => Broken | undefined,
): Monitor {
  return onEffect(clause, code, 'arbiter.request', ({ action }, view) => {
    if (!('swap' in action)) return undefined;
    const { swap } = action;
    const asked = swapToTransition(view.record, swap.record, view.incarnation);
    return asked === row ? check(view, swap) : undefined;
  });
}

const isOwner = (view: View): boolean => view.record?.owner === view.incarnation;

const holdsPowerOff = (view: View): boolean => view.ending?.kind === 'power-off';

// Power-off, seen from the owner.

const heldFirst = onSay(
  'lifecycle.power-off-stops-first',
  'entry-before-hold',
  'entry',
  ({ entry }, view) => {
    if (entry !== 'power-off' || view.guest === 'held') return undefined;
    return ['the guest held before its entry is sent', `the guest is ${view.guest}`];
  },
);

const staysHeld = onSettled('lifecycle.power-off-stops-first', 'runs', (view) => {
  if (pendingOperation(view) !== 'power-off' || view.guest !== 'running') return undefined;
  return ['the guest is held', 'it is running'];
});

/** The gate is shut from the operation on: what waits never leaves. */
const nothingLeaves = monitor('lifecycle.power-off-stops-first', 'released', (event, view) => {
  if (event.kind !== 'effect' || pendingOperation(view) !== 'power-off') return undefined;
  const { effect } = event;
  const isWrite = effect.type === 'disk.request' && 'write' in effect.action;
  if (effect.type !== 'output.emit' && !isWrite) return undefined;
  return ['nothing leaves once the machine is to be off', effect.type];
});

const logged = onRow('lifecycle.power-off-logged', 'no-entry', 'T9', (view) => {
  if (!isOwner(view) || view.record?.phase !== 'protected' || !view.connectionOpen) {
    return undefined;
  }
  if (view.endingSent?.kind === 'power-off') return undefined;
  return ['an entry power-off to the pair before T9', 'none was sent'];
});

// Power-off, seen from the backup.

const notApplied = onEffect(
  'lifecycle.power-off-entry-ends-replay',
  'applied',
  'guest.apply',
  ({ entry }, view) => {
    if (!holdsPowerOff(view) || BigInt(entry.seq) < (view.ending?.seq ?? 0n)) return undefined;
    return [`nothing from ${view.ending?.seq} on, the power-off`, `apply ${entry.seq}`];
  },
);

/** A takeover that was won after all does nothing of what leads to a live guest. */
const neverRuns = monitor('lifecycle.power-off-entry-ends-replay', 'runs-past', (event, view) => {
  if (event.kind !== 'effect' || !holdsPowerOff(view) || view.pairing === undefined) {
    return undefined;
  }
  const { type } = event.effect;
  if (type !== 'guest.run' && type !== 'address.announce' && type !== 'disk.request') {
    return undefined;
  }
  return ['a machine that is to be off is not taken over', type];
});

/** A T6 sent before the entry came is resolved first. */
const noTakeover = onRow('lifecycle.power-off-finished-by-backup', 'takes-over', 'T6', (view) => {
  if (!holdsPowerOff(view) || view.unresolvedSwap?.record.owner === view.incarnation) {
    return undefined;
  }
  if (view.recordIsNew && view.swapBefore?.record.owner === view.incarnation) return undefined;
  return ['T9: the machine is to be off', 'T6'];
});

const finished = onSettled('lifecycle.power-off-finished-by-backup', 'not-asked', (view) => {
  const { record, incarnation } = view;
  if (!view.recordIsNew || !holdsPowerOff(view) || view.diverged || view.takeover) {
    return undefined;
  }
  if (record?.phase !== 'protected' || record.backup !== incarnation) return undefined;
  const isSuspecting = !view.connectionOpen || view.suspectedAt !== undefined;
  if (!isSuspecting || view.unresolvedSwap !== undefined) return undefined;
  return ['T9: the owner is suspected', 'no request'];
});

const ended = onSettled('lifecycle.power-off-finished-by-backup', 'not-ended', (view) => {
  if (!view.recordIsNew || !view.takeover || !holdsPowerOff(view)) return undefined;
  if (!isOwnAlone(view.record, view.incarnation)) return undefined;
  if (view.unresolvedSwap?.record.phase === 'off') return undefined;
  return ['T12: what was won is to be off', 'it was not asked'];
});

// Suspend.

/** What is not settled yet, or undefined. */
export function unsettled(view: View): Broken | undefined {
  if (view.guest !== 'held') return ['the guest held', `it is ${view.guest}`, 'not-held'];
  if (view.recording && view.acknowledged < view.sent) {
    const expected = `every entry acknowledged, up to ${view.sent}`;
    return [expected, `${view.acknowledged} acknowledged`, 'not-acknowledged'];
  }
  const waiting = view.made.find(({ emitted }) => emitted === 0);
  if (waiting !== undefined) {
    return ['every output issued', `one on ${waiting.channel} is held`, 'not-issued'];
  }
  for (const operation of view.open.keys()) {
    if (view.answered.has(operation)) continue;
    return ['every disk operation answered', `operation ${operation} is not`, 'not-answered'];
  }
  return undefined;
}

export const unsettledCodes = ['not-held', 'not-acknowledged', 'not-issued', 'not-answered'];

const savedSettled = onEffect(
  'lifecycle.suspend-settles-outputs',
  unsettledCodes,
  'guest.save',
  (_, view) => unsettled(view),
);

const askedSettled = onRow(
  'lifecycle.suspend-settles-outputs',
  [...unsettledCodes, 'not-durable'],
  'T10',
  (view) => {
    if (view.isSaved) return unsettled(view);
    return ['T10 once the image is durable', 'T10 before', 'not-durable'];
  },
);

// Test failover.

const stopsFirst = onSay('failover.stop-before-yield', 'running', 'entry', ({ entry }, view) => {
  if (entry !== 'yield' || view.guest === 'held') return undefined;
  return ['the guest held before yield is sent', `the guest is ${view.guest}`];
});

const afterEnding = onSay('failover.stop-before-yield', 'entry-after', 'entry', ({ seq }, view) => {
  if (view.endingSent === undefined) return undefined;
  return [`no entry after ${view.endingSent.kind}`, `entry ${seq}`];
});

const readsAtOnce = onSettled('failover.yield-needs-no-timeout', 'not-read', (view) => {
  const { trigger, ending, pairing } = view;
  if (trigger.type !== 'guest.applied' || ending?.kind !== 'yield') return undefined;
  // A takeover that was won before has nothing to ask, and may have ended by this very entry.
  if (view.takeover || pairing === undefined) return undefined;
  if (view.applied !== ending.seq || view.diverged || view.isUnresolved) return undefined;
  return ['the record is read once yield is consumed', 'no request'];
});

const takesOver = onSettled('failover.yield-needs-no-timeout', 'no-takeover', (view) => {
  const { record, incarnation, ending } = view;
  if (!view.recordIsNew || ending?.kind !== 'yield' || view.applied < ending.seq) return undefined;
  if (record?.phase !== 'protected' || record.backup !== incarnation || view.diverged) {
    return undefined;
  }
  if (view.unresolvedSwap?.record.owner === incarnation) return undefined;
  return ['T6: the owner yielded', 'no request'];
});

const runsByRecord = onEffect('failover.yield-not-taken', 'runs-unread', 'guest.run', (_, view) => {
  if (pendingOperation(view) !== 'test-failover') return undefined;
  return ['a record read as alone with its name', `read: ${view.record?.phase ?? 'nothing'}`];
});

const takesBack = onTime('failover.yield-not-taken', 'not-asked', (view, at) => {
  if (pendingOperation(view) !== 'test-failover' || view.endingSent === undefined) {
    return undefined;
  }
  const by = view.endingSent.at + BigInt(view.parameters.yieldTimeout);
  if (at <= by || view.isUnresolved) return undefined;
  return [`T7 by ${by}, when Y has passed`, `no request at ${at}`];
});

export const endingMonitors: readonly Monitor[] = [
  heldFirst,
  staysHeld,
  nothingLeaves,
  logged,
  notApplied,
  neverRuns,
  noTakeover,
  finished,
  ended,
  savedSettled,
  askedSettled,
  stopsFirst,
  afterEnding,
  readsAtOnce,
  takesOver,
  runsByRecord,
  takesBack,
];
