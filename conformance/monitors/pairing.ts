// Monitors of the pairing: who may be paired with, the copy, and when protection is asked for.
// Spec: protocol.md, "Pairing", "Lifecycle", "Protection".

import {
  type Broken,
  type Monitor,
  monitor,
  onEffect,
  onGiven,
  onSay,
  onSettled,
} from './monitor.ts';
import { isOwnAlone, swapToTransition } from './record.ts';
import { hostOf, pendingOperation, type View } from './view.ts';

const distinct = onEffect(
  'pairing.distinct-hosts',
  'same-host',
  'arbiter.request',
  ({ action }, view) => {
    if (!('swap' in action) || action.swap.record.phase !== 'joining') return undefined;
    const { backup } = action.swap.record;
    if (backup === null || hostOf(backup) !== hostOf(view.incarnation)) return undefined;
    return ['a backup on another host', `${backup} beside ${view.incarnation}`];
  },
);

const distinctRefused = onGiven(
  'pairing.distinct-hosts',
  'not-refused',
  'manager.protect',
  ({ peer }, view, refused) => {
    if (hostOf(peer) !== hostOf(view.incarnation) || refused !== undefined) return undefined;
    return ['the operation is refused', 'it was taken'];
  },
);

/** Nothing of an epoch is said before the record of that epoch was read. */
const epochRead = monitor('pairing.epoch-before-first-entry', 'epoch-not-read', (event, view) => {
  if (event.kind !== 'effect' || view.pairing !== undefined) return undefined;
  const { effect } = event;
  if (effect.type !== 'channel.send' || effect.message.kind === 'refuse') return undefined;
  if (effect.message.kind === 'welcome') return undefined;
  const { record } = view;
  const isNamed = record?.owner === view.incarnation && record.phase !== 'alone';
  if (isNamed && record.epoch === effect.message.epoch) return undefined;
  const expected = `epoch of a record read as joining; read: ${record?.phase} ${record?.epoch}`;
  return [expected, `${effect.message.kind} in epoch ${effect.message.epoch}`];
});

const rising = onEffect(
  'pairing.hello-checks',
  'connection-used-again',
  'channel.open',
  (effect, view) => {
    if (BigInt(effect.connection) > view.connectionMax) return undefined;
    return [`a connection above ${view.connectionMax}`, `connection ${effect.connection}`];
  },
);

const copySent = onEffect(
  'pairing.exact-copy',
  'altered-copy',
  'channel.send',
  ({ message }, view) => {
    if (message.kind !== 'copy') return undefined;
    const { copied } = view;
    if (copied?.position === message.position && copied.state === message.state) return undefined;
    return [
      `the copy that the guest gave, at ${copied?.position}`,
      `a copy at ${message.position}`,
    ];
  },
);

const offsetsSent = onEffect(
  'pairing.exact-copy',
  'wrong-offsets',
  'channel.send',
  ({ message }, view) => {
    if (message.kind !== 'copy') return undefined;
    const { offsets } = message;
    const { network, console } = view.offsets;
    const isRight = BigInt(offsets.network) === network && BigInt(offsets.console) === console;
    if (isRight && BigInt(offsets.disk) === view.operations) return undefined;
    return [`${network}, ${console}, ${view.operations}`, Object.values(offsets).join(', ')];
  },
);

const openLeftOut = onEffect(
  'pairing.copy-open-operations',
  'left-out',
  'channel.send',
  ({ message }, view) => {
    if (message.kind !== 'copy') return undefined;
    const named = new Set(message.open.map(({ operation }) => BigInt(operation)));
    const missing = [...view.open.keys()].find((operation) => !named.has(BigInt(operation)));
    if (missing === undefined) return undefined;
    return [`operation ${missing} among the open ones of the copy`, 'it is left out'];
  },
);

const openSent = onEffect(
  'pairing.exact-copy',
  'wrong-open-operations',
  'channel.send',
  ({ message }, view) => {
    if (message.kind !== 'copy') return undefined;
    const expected = [...view.open.keys()].join(', ');
    const actual = message.open.map(({ operation }) => operation).join(', ');
    return expected === actual ? undefined : [`open: ${expected}`, `open: ${actual}`];
  },
);

const restored = onEffect(
  'pairing.exact-copy',
  'altered-restore',
  'guest.restore',
  (effect, view) => {
    const { copy } = view;
    if (copy?.position === effect.position && copy.state === effect.state) return undefined;
    return [`the copy that came, at ${copy?.position}`, `a copy at ${effect.position}`];
  },
);

/** What must be so when the owner asks for protection. */
function beforeProtect(
  clause: string,
  code: string,
  missing: (view: View) => Broken | undefined,
): Monitor {
  return onEffect(clause, code, 'arbiter.request', ({ action }, view) => {
    if (!('swap' in action)) return undefined;
    const row = swapToTransition(view.record, action.swap.record, view.incarnation);
    return row === 'T4' ? missing(view) : undefined;
  });
}

const ready = beforeProtect('pairing.ready-before-protect', 'not-ready', (view) => {
  return view.readyArrived ? undefined : ['T4 after the backup is ready', 'T4 before'];
});
const drained = beforeProtect('pairing.drain-before-protect', 'not-drained', (view) => {
  if (view.acknowledged >= view.gateAt || !view.readyArrived) return undefined;
  return [`T4 when ${view.gateAt} is acknowledged`, `T4 at ${view.acknowledged}`];
});
const readyComplete = onSay('pairing.ready-when-complete', 'ready-early', 'ready', (_, view) => {
  return view.restored ? undefined : ['ready once the copy is restored', 'ready before'];
});

function beforeWelcome(kind: 'copy' | 'entry'): Monitor {
  return onSay('pairing.hello-before-entries', 'before-welcome', kind, (_, view) => {
    const isForReplacement = kind === 'copy' && view.replacing !== undefined;
    const isWelcomed = isForReplacement ? view.replacing?.isWelcomed : view.welcomeArrived;
    if (isWelcomed) return undefined;
    return ['nothing before welcome', kind];
  });
}

const unreadyDiscards = onSettled('pairing.discard-when-not-ready', 'kept', (view) => {
  const { trigger } = view;
  if (trigger.type !== 'channel.closed' || trigger.connection !== view.connection) return undefined;
  if (view.pairing === undefined || view.readySent) return undefined;
  return ['it discards itself: nobody can have made it eligible', `the guest is ${view.guest}`];
});

const failureReported = onSettled('pairing.sync-failure-reported', 'not-reported', (view) => {
  if (!view.recordIsNew || view.recordBefore?.phase !== 'joining') return undefined;
  if (!isOwnAlone(view.record, view.incarnation) || view.takeover) return undefined;
  if (pendingOperation(view) === 'power-off') return undefined;
  if (view.report?.state === 'needSecondary' && view.report.reason !== '') return undefined;
  return ['needSecondary with a reason', `${view.report?.state ?? 'nothing'} reported last`];
});

const secondRefused = onGiven(
  'pairing.second-backup-refused',
  'not-refused',
  'manager.protect',
  ({ peer }, view, refused) => {
    const { record, incarnation } = view;
    if (record?.owner !== incarnation || record.backup === null || view.halted) return undefined;
    return refused === undefined ? ['refused: there is a backup', `${peer} was taken`] : undefined;
  },
);

/** Only the backup that a record read as protected names is eligible, and takes over. */
const eligible = onEffect(
  'pairing.eligible-when-recorded',
  'not-eligible',
  'arbiter.request',
  ({ action }, view) => {
    if (!('swap' in action) || view.pairing === undefined || view.takeover) return undefined;
    if (action.swap.record.owner !== view.incarnation) return undefined;
    const { record } = view;
    if (record?.phase === 'protected' && record.backup === view.incarnation) return undefined;
    return ['a record read as protected that names it', `read: ${record?.phase ?? 'nothing'}`];
  },
);

/** A joining that fails leaves the guest as it was. */
const failureHarmless = onEffect(
  'pairing.sync-failure-leaves-owner-running',
  'stopped',
  'guest.halt',
  (_, view) => {
    const isJoining = view.record?.owner === view.incarnation && view.record.phase === 'joining';
    return isJoining ? ['the guest goes on', 'guest.halt'] : undefined;
  },
);

const runningByRecord = onEffect(
  'protection.running-when-read',
  'reported-early',
  'report',
  ({ state }, view) => {
    if (state !== 'running' || view.record?.phase === 'protected' || view.pairing !== undefined)
      return undefined;
    return ['running once the record says protected', `running in ${view.record?.phase}`];
  },
);

const reasonGiven = onEffect(
  'protection.need-secondary-reason',
  'no-reason',
  'report',
  (effect) => {
    if (effect.state !== 'needSecondary' || effect.reason !== '') return undefined;
    return ['a reason', 'none'];
  },
);

export const pairingMonitors: readonly Monitor[] = [
  distinct,
  distinctRefused,
  epochRead,
  rising,
  // Before those of what is said: nothing may be.
  beforeWelcome('copy'),
  beforeWelcome('entry'),
  copySent,
  offsetsSent,
  openLeftOut,
  openSent,
  restored,
  ready,
  drained,
  readyComplete,
  unreadyDiscards,
  failureHarmless,
  failureReported,
  secondRefused,
  eligible,
  runningByRecord,
  reasonGiven,
];
