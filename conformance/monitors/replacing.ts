// Monitors of the replacement of a backup: when it is refused, what must be settled and ready before the record is
// asked, who stays the backup until then, and how whoever waits is told. Spec: protocol.md, "Migration".

import { isWaiting, mayBeNamed } from './advance-replacing.ts';
import { onRow, unsettled, unsettledCodes } from './endings.ts';
import {
  type Broken,
  type Monitor,
  monitor,
  onEffect,
  onGiven,
  onSay,
  onSettled,
} from './monitor.ts';
import { swapToTransition } from './record.ts';
import { hostOf, pendingOperation, type View } from './view.ts';

// What the manager may ask.

const distinctRefused = onGiven(
  'pairing.migration-keeps-hosts-distinct',
  'not-refused',
  'manager.replace-backup',
  ({ peer }, view, refused) => {
    const isOwn = hostOf(peer) === hostOf(view.incarnation);
    if (refused !== undefined || (!isOwn && peer !== view.record?.backup)) return undefined;
    const who = isOwn ? "on the owner's host" : 'the backup itself';
    return [`refused: ${peer} is ${who}`, 'it was taken'];
  },
);

const distinct = onRow(
  'pairing.migration-keeps-hosts-distinct',
  'same-host',
  'T14',
  (view, { record }) => {
    const { backup } = record;
    if (backup === null || hostOf(backup) !== hostOf(view.incarnation)) return undefined;
    return ['a backup on another host', `${backup} beside ${view.incarnation}`];
  },
);

const besideOperation: ReadonlySet<string> = new Set([
  'manager.protect',
  'manager.replace-backup',
  'manager.power-off',
  'manager.suspend',
  'manager.turn-off',
  'manager.restart-secondary',
  'manager.test-failover',
]);

/** Whichever of the two came first. */
const alone = monitor('lifecycle.one-migration', 'not-refused', (event, view) => {
  if (event.kind !== 'given' || !besideOperation.has(event.input.type)) return undefined;
  const pending = pendingOperation(view);
  const isMigration = event.input.type === 'manager.replace-backup';
  if (pending === undefined || (pending !== 'replace-backup' && !isMigration)) return undefined;
  if (event.refused !== undefined) return undefined;
  return [`${event.input.type} refused beside ${pending}`, 'it was taken'];
});

// Who owns the machine.

/** Only a takeover, a power-on and a resume name a new owner, and each names who asks. */
const newOwner = onEffect(
  'lifecycle.owner-migrates-by-takeover',
  'names-another',
  'arbiter.request',
  ({ action }, view): Broken | undefined => {
    if (!('swap' in action)) return undefined;
    const { owner, phase } = action.swap.record;
    const before = view.record?.owner ?? null;
    if (owner === null || owner === before) return undefined;
    if (owner === view.incarnation && phase === 'alone') return undefined;
    return [`the owner stays ${before ?? 'nobody'}`, `${phase}, owner ${owner}`];
  },
);

// Who is the backup, until the record says otherwise.

/** Only a fault of the old backup closes its channel. */
const stays = onEffect(
  'lifecycle.backup-migration-replaces',
  'backup-left',
  'channel.close',
  ({ connection }, view) => {
    const { replacing, trigger, record } = view;
    if (replacing === undefined || connection !== view.connection) return undefined;
    const isFault = trigger.type === 'channel.arrived' && trigger.connection === connection;
    if (isFault || record?.phase !== 'protected' || record.backup === replacing.peer) {
      return undefined;
    }
    return [`the channel to ${record.backup} stays: the record names it`, 'it is closed'];
  },
);

const left = onSettled('lifecycle.backup-migration-replaces', 'backup-kept', (view) => {
  if (view.connectionBefore === undefined || !view.recordIsNew) return undefined;
  return ['the channel to the old backup is closed: the record names another', 'it is open'];
});

// The way of a replacement.

/** Everything settles first; only then the peer is spoken to, and the guest copied. */
const settled = monitor('lifecycle.backup-migration-quiesces', unsettledCodes, (event, view) => {
  if (event.kind !== 'effect' || view.replacing === undefined) return undefined;
  const { effect } = event;
  const isOpening = effect.type === 'channel.open' && effect.peer === view.replacing.peer;
  return isOpening || effect.type === 'guest.copy' ? unsettled(view) : undefined;
});

const caughtUp = onRow('pairing.replacement-caught-up', 'not-ready', 'T14', ({ replacing }) => {
  if (replacing?.isReady === true) return undefined;
  return ['T14 once the replacement is ready with the copy', 'T14 before'];
});

/** Either of the two may be the one that is eligible. */
const atRest = monitor('pairing.replacement-at-rest', ['runs', 'issued'], (event, view) => {
  if (event.kind !== 'effect' || !isReplacingAsked(view)) return undefined;
  const { effect } = event;
  const isWrite = effect.type === 'disk.request' && 'write' in effect.action;
  if (effect.type === 'guest.run') return ['the guest held until T14 is resolved', 'guest.run'];
  if (effect.type !== 'output.emit' && !isWrite) return undefined;
  return ['nothing issued until T14 is resolved', effect.type, 'issued'];
});

function isReplacingAsked(view: View): boolean {
  const { unresolvedSwap, record, incarnation } = view;
  if (unresolvedSwap === undefined) return false;
  return swapToTransition(record, unresolvedSwap.record, incarnation) === 'T14';
}

const givenUp = onSettled('pairing.replacement-given-up', 'not-touched', (view) => {
  const { record, waitedFor, isUnresolved } = view;
  if (waitedFor === undefined || record?.version !== waitedFor || isUnresolved) return undefined;
  if (view.halted || record.owner !== view.incarnation) return undefined;
  return [`a request that changes version ${waitedFor}: a replacement waits for it`, 'none'];
});

// Whoever waits for the record.

const keeps = onEffect(
  'pairing.replacement-waits-for-record',
  'discarded',
  'guest.halt',
  (_, view) => {
    const { record } = view;
    if (!view.readySent || record === null || !mayBeNamed(view, record)) return undefined;
    return ['it waits: the record is the one in which it was to replace the backup', 'guest.halt'];
  },
);

const welcomesByRecord = onSay(
  'pairing.eligible-when-recorded',
  'welcomed-unread',
  'welcome',
  ({ epoch }, view) => {
    if (!isWaiting(view) || view.replacement?.greeting?.epoch !== epoch) return undefined;
    return ['welcome once a record is read that names it', 'welcome before'];
  },
);

export const replacingMonitors: readonly Monitor[] = [
  newOwner,
  distinctRefused,
  distinct,
  alone,
  stays,
  left,
  settled,
  caughtUp,
  atRest,
  givenUp,
  keeps,
  welcomesByRecord,
];
