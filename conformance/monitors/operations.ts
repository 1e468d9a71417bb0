// Monitors of how the manager's operations are taken, and of when they may be called a success.
// Spec: protocol.md, "Lifecycle".

import type { Input, OperationName } from '../wire.ts';
import { type Broken, type Monitor, monitor, onEffect, onGiven, onSettled } from './monitor.ts';
import { isOwnAlone } from './record.ts';
import { pendingOperation, type View } from './view.ts';

const operations: readonly OperationName[] = [
  'power-off',
  'suspend',
  'turn-off',
  'restart-secondary',
  'test-failover',
];

const asInput = (operation: OperationName): Input['type'] => `manager.${operation}`;
const ownerInputs: ReadonlySet<string> = new Set([
  'manager.protect',
  'manager.replace-backup',
  ...operations.map(asInput),
]);

/** The owner whose guest has run: what the manager asks for can be done here. */
function isLive(view: View): boolean {
  const isOwner = view.record?.owner === view.incarnation && !view.halted;
  return isOwner && !view.takeover && view.pairing === undefined && view.guest !== 'none';
}

const ownerOnly = monitor('lifecycle.operations-on-owner', 'not-refused', (event, view) => {
  if (event.kind !== 'given' || !ownerInputs.has(event.input.type)) return undefined;
  if (view.record?.owner === view.incarnation && !view.halted) return undefined;
  return event.refused === undefined ? ['refused, not-owner', 'it was taken'] : undefined;
});

const neverRefused = onGiven(
  'lifecycle.power-off-never-refused',
  'refused',
  'manager.power-off',
  (_, view, refused) => {
    if (refused === undefined || !isLive(view) || pendingOperation(view) !== undefined) {
      return undefined;
    }
    return ['it is taken: its guest runs, and no operation is under way', `refused, ${refused}`];
  },
);

const notWhileJoining = onGiven(
  'lifecycle.turn-off-refused-while-joining',
  'not-refused',
  'manager.turn-off',
  (_, view, refused) => {
    if (view.record?.phase !== 'joining' || refused !== undefined) return undefined;
    return ['refused, joining', 'it was taken'];
  },
);

/** The replacement of the backup is refused like a test failover. */
function needsRunning(type: 'manager.test-failover' | 'manager.replace-backup'): Monitor {
  return onGiven(
    'lifecycle.test-failover-needs-running',
    'not-refused',
    type,
    (_, view, refused) => {
      const isRunning = view.record?.phase === 'protected' && view.request === undefined;
      const isTrusted = view.connectionOpen || view.reconnection.isSilence;
      if ((isRunning && isTrusted) || refused !== undefined) return undefined;
      return [`refused: the record read is ${view.record?.phase ?? 'none'}`, 'it was taken'];
    },
  );
}

/** Nothing is off, or suspended, before the record says so. */
function enabledEarly(clause: string, phase: 'off' | 'suspended'): Monitor {
  return onEffect(clause, 'reported-early', 'report', ({ state }, view) => {
    if (state !== 'enabled' || isSuspending(view) !== (phase === 'suspended')) return undefined;
    if (view.record?.phase === phase) return undefined;
    return [`enabled once the record says ${phase}`, `read: ${view.record?.phase ?? 'nothing'}`];
  });
}

function isSuspending({ operation, pairing }: View): boolean {
  return operation === 'suspend' && pairing === undefined;
}

/** What the record says is told: the manager waits for it. */
function enabledLate(clause: string, operation: 'power-off' | 'suspend'): Monitor {
  return onSettled(clause, 'not-reported', (view) => {
    const phase = operation === 'power-off' ? 'off' : 'suspended';
    if (!view.recordIsNew || view.operation !== operation) return undefined;
    if (view.record?.phase !== phase || view.report?.state === 'enabled') return undefined;
    return ['enabled is reported', `${view.report?.state ?? 'nothing'} was reported last`];
  });
}

const superseded = onSettled('lifecycle.power-off-superseded', 'not-halted', (view) => {
  const { record, report } = view;
  if (!view.recordIsNew || view.operation !== 'power-off' || record === null) return undefined;
  if (record.owner === null || record.owner === view.incarnation) return undefined;
  if (view.pairing !== undefined || report?.state === 'halted') return undefined;
  return [
    `halted is reported: the owner is ${record.owner}`,
    `${report?.state ?? 'nothing'} was reported last`,
  ];
});

const turnedOff = onEffect(
  'lifecycle.turn-off-removes-eligibility',
  'reported-early',
  'report',
  ({ state }, view): Broken | undefined => {
    if (state !== 'notConfigured' || view.operation !== 'turn-off' || view.halted) return undefined;
    if (isOwnAlone(view.record, view.incarnation)) return undefined;
    return ['notConfigured once the record names no backup', `read: ${view.record?.phase}`];
  },
);

/** Success is owed as soon as it is true. */
const turnOffTold = onSettled('lifecycle.turn-off-removes-eligibility', 'not-reported', (view) => {
  if (!view.recordIsNew || view.operation !== 'turn-off') return undefined;
  if (!isOwnAlone(view.record, view.incarnation) || view.recordBefore?.phase !== 'protected') {
    return undefined;
  }
  if (view.report?.state === 'notConfigured') return undefined;
  return ['notConfigured is reported', `${view.report?.state} was reported last`];
});

const resumedByRecord = onEffect(
  'lifecycle.resume-by-record',
  'runs-unread',
  'guest.run',
  (_, view) => {
    if (view.startsFrom !== 'image' || view.pairing !== undefined || view.hasOwned) {
      return undefined;
    }
    return [
      'the image runs by a record that names this host',
      `read: ${view.record?.phase ?? 'nothing'}`,
    ];
  },
);

/** Whose the machine is must be known before anything of it is touched. */
const beginsByRecord = monitor('lifecycle.resume-by-record', 'begins-unread', (event, view) => {
  if (event.kind !== 'effect' || view.startsFrom !== 'image' || !view.isStarting) return undefined;
  const { type } = event.effect;
  if (type !== 'disk.request' && type !== 'guest.load') return undefined;
  return ['nothing before a record that names this host', type];
});

const resumedWhole = onEffect(
  'lifecycle.resume-by-record',
  'not-loaded',
  'guest.run',
  (_, view) => {
    if (view.startsFrom !== 'image' || view.guest !== 'none' || view.pairing !== undefined) {
      return undefined;
    }
    return view.isImageIn ? undefined : ['the image loaded before it runs', 'guest.run'];
  },
);

const savedRight = onEffect(
  'lifecycle.image-by-token',
  'wrong-token',
  'guest.save',
  ({ token }, view) => {
    if (token === view.record?.token) return undefined;
    return [`saved under token ${view.record?.token}`, `token ${token}`];
  },
);

/** An owner that lost the machine may have saved an image too: the record says whose it is. */
const resumedRight = onEffect(
  'lifecycle.image-by-token',
  'another-image',
  'guest.load',
  ({ token }, view) => {
    const suspended = view.recordBefore?.phase === 'suspended' ? view.recordBefore.token : token;
    if (token === suspended) return undefined;
    return [`the image of token ${suspended}, which suspended it`, `token ${token}`];
  },
);

export const operationMonitors: readonly Monitor[] = [
  ownerOnly,
  neverRefused,
  notWhileJoining,
  needsRunning('manager.test-failover'),
  needsRunning('manager.replace-backup'),
  enabledEarly('lifecycle.power-off-recorded', 'off'),
  enabledEarly('lifecycle.suspend-recorded', 'suspended'),
  enabledLate('lifecycle.power-off-recorded', 'power-off'),
  enabledLate('lifecycle.suspend-recorded', 'suspend'),
  superseded,
  turnedOff,
  turnOffTold,
  resumedByRecord,
  beginsByRecord,
  resumedWhole,
  savedRight,
  resumedRight,
];
