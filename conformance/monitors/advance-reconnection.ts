// How the view of a node grows while its pair is without a channel, and when it gets one back.
// It records; it neither expects nor judges. Spec: protocol.md, "Reconnecting".

import type { Counter, Input, Message } from '../wire.ts';
import { numbered } from './advance-flow.ts';
import { isWaiting } from './advance-replacing.ts';
import type { Logged, Reconnection } from './reconnection-view.ts';
import { epochInUse, pendingOperation, type View } from './view.ts';

export type Entry = Message & { readonly kind: 'entry' };
type Welcome = Message & { readonly kind: 'welcome' };

/** The last entry assigned; without a channel it may not have been sent. */
export function assigned({ reconnection, sent }: View): bigint {
  const last = BigInt(reconnection.logged.size);
  return last > sent ? last : sent;
}

/** Nobody is suspected, nothing is in doubt, and the log goes on. */
function runsInPair(view: View): boolean {
  if (!view.parameters.reconnect || view.suspectedAt !== undefined || view.isUnresolved) {
    return false;
  }
  if (view.pairing !== undefined) {
    const isBackup = view.readySent && !isWaiting(view);
    return isBackup && !view.takeover && !view.diverged && view.ending === undefined;
  }
  if (view.record?.phase !== 'protected' || view.record.owner !== view.incarnation) return false;
  const isCalm = !view.divergedArrived && view.endingSent === undefined && !view.halted;
  return isCalm && pendingOperation(view) === undefined;
}

/** The channel in use closed. */
export function channelLost(view: View): void {
  const isSilence = runsInPair(view);
  view.reconnection.isSilence = isSilence;
  view.reconnection.isLost = !isSilence;
}

/** Whether the connection is none of the pair's: one that may take its place, or one of somebody else. */
export function isBeside(view: View, connection: Counter): boolean {
  if (connection === view.connection) return false;
  if (isForeign(view, connection)) return true;
  return view.pairing !== undefined || connection === view.reconnection.attempt;
}

/** An owner that has a backup opened the pair's channel itself; whoever else comes is refused. */
export function isForeign(view: View, connection: Counter): boolean {
  const { record, halted, pairing, incarnation } = view;
  const hasBackup = record?.owner === incarnation && record.phase !== 'alone' && !halted;
  return hasBackup && pairing === undefined && !view.opened.has(connection);
}

export function besideOpened(view: View, connection: Counter): void {
  if (connection === view.reconnection.attempt) view.reconnection.isAttemptOpen = true;
}

/** By either side. */
export function besideClosed(view: View, connection: Counter, by: 'node' | 'other'): void {
  const { reconnection } = view;
  if (connection === reconnection.older) reconnection.older = undefined;
  if (connection !== reconnection.attempt) return;
  reconnection.isAttemptOpen = false;
  if (by === 'other' && reconnection.isSilence) reconnection.isAttemptFailed = true;
}

export function channelAsked(view: View, connection: Counter): void {
  if (!view.reconnection.isSilence || view.pairing !== undefined) return;
  view.reconnection.attempt = connection;
}

/** A hello of the owner of this pairing, in its epoch, on a connection higher than each of the pair's. */
export function isResuming(view: View): boolean {
  const { pairing, hello, helloConnection } = view;
  if (pairing === undefined || hello === undefined || helloConnection === undefined) return false;
  if (!view.parameters.reconnect || hello.from !== pairing.owner) return false;
  return (
    BigInt(hello.epoch) === pairing.epoch && BigInt(helloConnection) > BigInt(pairing.connection)
  );
}

/** Such a hello is what the node is answering. */
export function isAnsweringResuming(view: View): boolean {
  const { trigger } = view;
  return trigger.type === 'channel.arrived' && trigger.message === view.hello && isResuming(view);
}

/** The backup said welcome to it. */
export function resumedByBackup(view: View): void {
  const { pairing, reconnection, helloConnection } = view;
  if (pairing === undefined || helloConnection === undefined) return;
  reconnection.older = view.connectionOpen ? view.connection : undefined;
  reconnection.isSilence = false;
  reconnection.isLost = false;
  view.pairing = { ...pairing, connection: helloConnection };
  view.connection = helloConnection;
  view.connectionOpen = true;
  view.aliveAt = view.now;
}

/** Whether the pair can go on with a backup that wants this entry next. */
function answerOf(view: View, next: bigint): NonNullable<Reconnection['answer']> {
  if (next <= view.acknowledged) return 'below';
  return next <= view.sent + 1n ? 'taken-up' : 'beyond';
}

/** The welcome of the backup to the hello that the owner said on its attempt. */
export function welcomedAgain(view: View, welcome: Welcome): void {
  const { reconnection } = view;
  const next = BigInt(welcome.next);
  reconnection.answer = answerOf(view, next);
  if (reconnection.answer !== 'taken-up') {
    reconnection.isAttemptFailed = true;
    return;
  }
  reconnection.isSilence = false;
  reconnection.next = next > assigned(view) ? undefined : next;
  view.acknowledged = next - 1n;
  view.connection = reconnection.attempt;
  view.connectionOpen = true;
  view.aliveAt = view.now;
}

/** What the guest of an owner did while no channel stood has its entry all the same. */
export function loggedUnsent(view: View, input: Input): void {
  const isAway = view.reconnection.isSilence && view.recording && !view.connectionOpen;
  if (!isAway || view.pairing !== undefined) return;
  numbered(view, assigned(view) + 1n, String(epochInUse(view)));
  if (input.type === 'guest.output') {
    log(view, { position: input.position, entry: 'output', data: undefined });
  } else if (input.type === 'guest.input') {
    log(view, { position: input.position, entry: input.kind, data: input.data });
  }
}

export function entrySent(view: View, { seq, position, entry, data }: Entry): void {
  const { reconnection } = view;
  const { next, logged } = reconnection;
  if (BigInt(seq) === BigInt(logged.size) + 1n) log(view, { position, entry, data });
  if (next === undefined || BigInt(seq) !== next) return;
  reconnection.next = next < assigned(view) ? next + 1n : undefined;
}

function log({ reconnection: { logged } }: View, entry: Logged): void {
  logged.set(BigInt(logged.size) + 1n, entry);
}
