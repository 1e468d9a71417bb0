// How the view of a node grows with what it asks the arbiter and with each record that it reads.
// It records; it neither expects nor judges. Spec: conformance.md, "Monitors".

import type { Action, Counter, Record } from '../wire.ts';
import { watch } from './advance-channel.ts';
import { becomeNamed, isWaiting, replacingRead } from './advance-replacing.ts';
import { createReconnection } from './reconnection-view.ts';
import { isOwnAlone } from './record.ts';
import type { View } from './view.ts';

export function recordAnswered(view: View, record: Record | null): void {
  view.request = undefined;
  if (record === null) {
    // Where a record was read before, none is older than that, and no answer.
    if (view.startsFrom === 'image' && view.record === null) view.isStarting = false;
    return;
  }
  if (isOlder(view, record)) return;
  if (record.phase !== (view.startsFrom === 'boot' ? 'off' : 'suspended')) view.isStarting = false;
  view.isUnresolved = false;
  view.swapBefore = view.unresolvedSwap;
  view.unresolvedSwap = undefined;
  view.askedAt = view.now;
  view.recordBefore = view.record;
  view.record = record;
  view.recordIsNew = true;
  view.readSinceLoss = true;
  noteEpoch(view, record);
  replacingRead(view, record);
  if (becomeNamed(view, record)) watch(view);
  if (record.owner !== view.incarnation) return;
  if (!view.hasOwned && view.pairing !== undefined) view.takeover = true;
  else if (!view.hasOwned || view.halted) powerOn(view);
  view.hasOwned = true;
  if (isOwnAlone(record, view.incarnation)) {
    leavePairing(view);
    // What only asked to be without the backup has come true.
    if (view.operation !== 'power-off' && view.operation !== 'suspend') view.isOperationOver = true;
  }
  // A new pairing: what was asked for before it has been had.
  if (record.phase === 'joining' && view.isOperationOver) view.operation = undefined;
  if (record.phase === 'joining') enterEpoch(view, record);
  if (record.phase === 'protected' && !view.watching) watch(view);
}

/** A record older than one read, or than the pairing, counts as no answer. */
function isOlder(view: View, { version, epoch }: Record): boolean {
  const pairedAt = view.pairing?.epoch ?? 0n;
  const isEarlier = BigInt(epoch) < BigInt(view.record?.epoch ?? '0') || BigInt(epoch) < pairedAt;
  return isEarlier || BigInt(version) < BigInt(view.record?.version ?? '0');
}

/** A joining that names this node is the pairing to come, not one that it has seen. */
function noteEpoch(view: View, record: Record): void {
  const isToCome = record.phase === 'joining' && record.backup === view.incarnation;
  const epoch = BigInt(record.epoch) - (isToCome ? 1n : 0n);
  if (epoch > view.epochSeen) view.epochSeen = epoch;
}

/** A new machine begins here: nothing of an earlier one is left. */
function powerOn(view: View): void {
  view.halted = false;
  view.guest = 'none';
  view.made = [];
  view.open = new Map();
  view.operations = 0n;
  for (const channel of ['network', 'console', 'disk'] as const) view.offsets[channel] = 0n;
  view.fenceDone = undefined;
  view.takeover = false;
  view.ending = undefined;
  view.operation = undefined;
  view.endingSent = undefined;
  view.isSaved = false;
  view.isLoading = false;
  view.isImageIn = false;
  view.announced = false;
  view.replacing = undefined;
  view.waitedFor = undefined;
  view.completed.clear();
  view.asked.clear();
  view.answered.clear();
}

function leavePairing(view: View): void {
  view.recording = false;
  view.watching = false;
  view.reconnection = createReconnection();
  for (const output of view.made) if (!view.takeover) output.seq = undefined;
}

function enterEpoch(view: View, record: Record): void {
  if (record.version === view.recordBefore?.version) return;
  if (record.epoch === view.recordBefore?.epoch) return;
  view.sent = 0n;
  view.sentPosition = 0n;
  view.acknowledged = 0n;
  view.welcomeArrived = false;
  view.readyArrived = false;
  view.askedToLeave = false;
  view.gateAt = 0n;
  // Beats are owed from hello on, and nothing of an earlier pairing counts.
  view.beatAt = undefined;
  view.aliveAt = undefined;
  view.divergedArrived = false;
  view.endingSent = undefined;
  view.copied = undefined;
  view.recording = false;
  view.reconnection = createReconnection();
}

export function recordAsked(view: View, nonce: Counter, action: Action): void {
  view.request = { nonce, action, at: view.now };
  view.nonces.add(nonce);
  view.askedAt = view.now;
  view.isUnresolved = true;
  if ('swap' in action) view.unresolvedSwap = action.swap;
  view.higherEpoch = false;
  if (isLeaving(view, action)) view.askedToLeave = true;
}

function isLeaving(view: View, action: Action): boolean {
  const isOwned = view.record?.phase !== 'off' && view.record?.phase !== 'suspended';
  return 'swap' in action && action.swap.record.phase === 'alone' && isOwned;
}

/** A backup that discards itself asks no more; one that loses its channel asks anew, and the answer to this is nothing. */
export function abandonRead(view: View): void {
  if (view.record?.owner === view.incarnation && !view.halted) return;
  // What it waits for has not happened to its channel: the answer counts.
  if (isWaiting(view)) return;
  if (view.request === undefined || 'swap' in view.request.action) return;
  view.request = undefined;
  view.isUnresolved = false;
}
