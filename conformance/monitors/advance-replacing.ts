// How the view of a node grows with the replacement of a backup: the owner's way and the replacement's.
// It records; it neither expects nor judges. Spec: protocol.md, "Migration".

import type { Counter, Effect, Message, Record } from '../wire.ts';
import { createReconnection } from './reconnection-view.ts';
import { createReplacing, type Replacing } from './replacing-view.ts';
import { epochInUse, type View } from './view.ts';

// Seen from the owner.

export function replaceTold(view: View, peer: string): void {
  view.operation = 'replace-backup';
  view.isOperationOver = false;
  view.replacing = createReplacing(peer);
}

export function openAsked(view: View, peer: string, connection: Counter): void {
  const { replacing } = view;
  if (replacing?.peer !== peer || replacing.connection !== undefined) return;
  replacing.connection = connection;
  replacing.openedAt = view.now;
}

/** @returns false where the connection is another. */
export function replacementOpened(view: View, connection: Counter): boolean {
  const replacing = replacingOn(view, connection);
  if (replacing !== undefined) replacing.isOpen = true;
  return replacing !== undefined;
}

/** @returns false where the connection is another. */
export function replacementSaid(view: View, connection: Counter, message: Message): boolean {
  const replacing = replacingOn(view, connection);
  if (replacing === undefined) return false;
  const { kind, vm, epoch, from } = message;
  if (!replacing.isOpen || BigInt(epoch) !== epochInUse(view)) return true;
  if (kind === 'refuse') attemptOver(view);
  if (vm !== view.vm || from !== replacing.peer) return true;
  if (kind === 'welcome') replacing.isWelcomed = true;
  if (kind === 'ready' && replacing.isCopied) replacing.isReady = true;
  return true;
}

/** @returns false where the connection is another. */
export function replacementClosed(view: View, connection: Counter): boolean {
  const replacing = replacingOn(view, connection);
  if (replacing === undefined) return false;
  replacing.isOpen = false;
  attemptOver(view);
  return true;
}

export function replacementTold(view: View, connection: Counter, message: Message): void {
  const replacing = replacingOn(view, connection);
  if (replacing === undefined || message.kind !== 'copy') return;
  replacing.isCopied = true;
}

/** J has passed since the connection was opened. */
export function expireReplacing(view: View): void {
  const { replacing, parameters } = view;
  if (replacing?.openedAt === undefined) return;
  if (view.now >= replacing.openedAt + BigInt(parameters.joinTimeout)) attemptOver(view);
}

/** What its owner does when it gives the attempt up, by whatever cause: it says so, and its guest runs. */
export function replacingDone(view: View, asked: Effect): void {
  const { replacing } = view;
  if (replacing === undefined) return;
  if (asked.type === 'arbiter.request' && 'swap' in asked.action) {
    if (isReplacing(asked.action.swap.record, replacing)) replacing.isAsked = true;
    else attemptOver(view);
  }
  if (asked.type === 'guest.run' || asked.type === 'report') attemptOver(view);
}

/** Once T14 was asked only a record ends the attempt. */
function attemptOver(view: View): void {
  const { replacing, record } = view;
  if (replacing === undefined || replacing.isAsked) return;
  if (replacing.isCopied) view.waitedFor = record?.version;
  view.replacing = undefined;
  view.isOperationOver = true;
}

/** What the record that was just read makes of it. */
export function replacingRead(view: View, record: Record): void {
  const { replacing } = view;
  if (view.waitedFor !== record.version) view.waitedFor = undefined;
  if (replacing === undefined) return;
  if (record.owner !== view.incarnation || record.phase !== 'protected') {
    view.replacing = undefined;
  } else if (isReplacing(record, replacing)) {
    view.replacing = undefined;
    becomeReplaced(view, replacing);
  }
}

/** The log begins anew, with another backup, that is watched from now on. */
function becomeReplaced(view: View, { connection, isOpen }: Replacing): void {
  view.connectionBefore = view.connectionOpen ? view.connection : undefined;
  view.connection = connection;
  view.connectionOpen = isOpen;
  view.reconnection = createReconnection();
  view.sent = 0n;
  view.acknowledged = 0n;
  view.gateAt = 0n;
  view.welcomeArrived = false;
  view.divergedArrived = false;
  view.askedToLeave = false;
  view.endingSent = undefined;
  view.beatAt = view.now;
  view.aliveAt = undefined;
  view.watching = false;
  for (const output of view.made) output.seq = undefined;
}

/** The new backup follows: the operation is over. */
export function replacedWelcomed(view: View): void {
  if (view.operation === 'replace-backup' && view.replacing === undefined) {
    view.isOperationOver = true;
  }
}

const isReplacing = ({ phase, backup }: Record, { peer }: Replacing): boolean =>
  phase === 'protected' && backup === peer;

function replacingOn({ replacing }: View, connection: Counter): Replacing | undefined {
  return replacing?.connection === connection ? replacing : undefined;
}

// Seen from the replacement.

/** Whether this node waits for the record to name it. */
export const isWaiting = ({ replacement }: View): boolean =>
  replacement !== undefined && !replacement.isNamed;

/** The record is the one in which it was to replace the backup: T14 may be on its way. */
export function mayBeNamed(view: View, { phase, version }: Record): boolean {
  return isWaiting(view) && phase === 'protected' && BigInt(version) === view.replacement?.replaces;
}

/** The hello of the next epoch is kept until the record is read. */
export function greetingArrived(
  view: View,
  connection: Counter,
  hello: Message & { readonly kind: 'hello' },
): void {
  const { replacement, pairing } = view;
  if (replacement === undefined || pairing === undefined || !view.readySent) return;
  const epoch = pairing.epoch + (replacement.isNamed ? 0n : 1n);
  const isOwners = connection === pairing.connection && hello.from === pairing.owner;
  const isOurs =
    hello.vm === view.vm &&
    hello.to === view.incarnation &&
    hello.connection === connection &&
    hello.next === '1' &&
    BigInt(hello.replaces ?? '0') === 0n &&
    hello.configuration === view.parameters.configuration;
  if (!isOwners || !isOurs || BigInt(hello.epoch) !== epoch) return;
  replacement.greeting = hello;
  if (!replacement.isNamed && !view.isUnresolved) view.higherEpoch = true;
  view.heardChannelAt = view.now;
}

/** @returns whether the welcome answered the hello of the next epoch: the pairing stays what it is. */
export function greetingAnswered(view: View): boolean {
  if (view.replacement?.greeting === undefined || !view.replacement.isNamed) return false;
  view.replacement = undefined;
  view.beatAt = view.now;
  view.aliveAt = view.now;
  return true;
}

/** The record names it: it is the backup of that epoch.
 *  @returns false where the record says something else. */
export function becomeNamed(view: View, record: Record): boolean {
  const { replacement, pairing } = view;
  if (replacement === undefined || pairing === undefined || replacement.isNamed) return false;
  const epoch = pairing.epoch + 1n;
  const isNamed = record.phase === 'protected' && record.backup === view.incarnation;
  if (!isNamed || BigInt(record.epoch) !== epoch) return false;
  replacement.isNamed = true;
  view.pairing = { ...pairing, epoch };
  return true;
}
