// Monitors of the pairing: who may be paired with, the copy, and when protection is asked for.
// Spec: protocol.md, "Pairing", "Lifecycle", "Protection".

import { type Broken, type Monitor, monitor, onEffect, onGiven } from './monitor.ts';
import { swapToTransition } from './record.ts';
import { hostOf, type View } from './view.ts';

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

const ownerOnly = onGiven(
  'lifecycle.operations-on-owner',
  'not-refused',
  'manager.protect',
  (_, view, refused) => {
    if (view.record?.owner === view.incarnation && !view.halted) return undefined;
    return refused === undefined ? ['refused, not-owner', 'it was taken'] : undefined;
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

/** Why a hello must be refused, or undefined where it must be welcomed. */
function helloProblem(view: View): string | undefined {
  const { hello } = view;
  if (hello === undefined) return 'no hello came';
  if (hello.vm !== view.vm) return 'another virtual machine';
  if (hello.to !== view.incarnation) return 'to another incarnation';
  if (hostOf(hello.from) === hostOf(view.incarnation)) return 'from the same host';
  if (hello.connection !== view.helloConnection) return 'another connection';
  if (hello.next !== '1') return 'next is not 1';
  if (hello.configuration !== view.parameters.configuration) return 'another configuration';
  if (BigInt(hello.epoch) <= view.epochSeen) return `an epoch not above ${view.epochSeen}`;
  const isFree = view.pairing === undefined && !isOwner(view) && !view.isStarting;
  return isFree ? undefined : 'the node is busy';
}

function isOwner(view: View): boolean {
  return view.record?.owner === view.incarnation && !view.halted && view.hasOwned;
}

const helloChecks = onEffect(
  'pairing.hello-checks',
  'accepted',
  'channel.send',
  ({ message }, view) => {
    if (message.kind !== 'welcome') return undefined;
    const problem = helloProblem(view);
    return problem === undefined ? undefined : [`refuse: ${problem}`, 'welcome'];
  },
);

const helloRefused = onEffect(
  'pairing.hello-checks',
  'refused',
  'channel.send',
  ({ message }, view) => {
    if (message.kind !== 'refuse' || helloProblem(view) !== undefined) return undefined;
    return ['welcome: every check holds', `refuse, ${message.code}`];
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

const drained = onEffect(
  'pairing.drain-before-protect',
  ['not-ready', 'not-drained'],
  'arbiter.request',
  ({ action }, view): Broken | undefined => {
    if (!('swap' in action)) return undefined;
    const row = swapToTransition(view.record, action.swap.record, view.incarnation);
    if (row !== 'T4') return undefined;
    if (!view.readyArrived) return ['T4 after the backup is ready', 'T4 before'];
    if (view.acknowledged >= view.gateAt) return undefined;
    const expected = `T4 when ${view.gateAt} is acknowledged`;
    return [expected, `T4 at ${view.acknowledged}`, 'not-drained'];
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
  'pairing.eligible-when-recorded',
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
  ownerOnly,
  epochRead,
  rising,
  helloChecks,
  helloRefused,
  copySent,
  offsetsSent,
  openSent,
  restored,
  drained,
  failureHarmless,
  runningByRecord,
  reasonGiven,
];
