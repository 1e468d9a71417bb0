// How the view of a node grows with each message that it is sent or sends.
// It records; it neither expects nor judges. Spec: conformance.md, "Monitors".

import type { Counter, Message } from '../wire.ts';
import { entrySent, isResuming, resumedByBackup, welcomedAgain } from './advance-reconnection.ts';
import {
  greetingAnswered,
  greetingArrived,
  isWaiting,
  replacedWelcomed,
  replacementTold,
} from './advance-replacing.ts';
import { createReconnection } from './reconnection-view.ts';
import { type EndingKind, epochInUse, peerOf, silenceFrom, type View } from './view.ts';

export function messageArrived(view: View, connection: Counter, message: Message): void {
  if (message.kind === 'hello') {
    view.hello = message;
    view.helloConnection = connection;
    greetingArrived(view, connection, message);
    return;
  }
  if (!messageHeard(view, message, 'channel')) return;
  switch (message.kind) {
    case 'welcome':
      view.welcomeArrived = true;
      replacedWelcomed(view);
      return;
    case 'ready':
      // Before the copy was sent nobody can be ready.
      if (!view.recording) return;
      if (!view.readyArrived) view.gateAt = view.sent;
      view.readyArrived = true;
      return;
    case 'acknowledge':
      if (BigInt(message.upto) > view.acknowledged && BigInt(message.upto) <= view.sent) {
        view.acknowledged = BigInt(message.upto);
      }
      return;
    case 'diverged':
      view.divergedArrived = true;
      return;
    case 'copy':
      view.copy = message;
      for (const operation of message.open) view.open.set(BigInt(operation.operation), operation);
      view.offsets.network = BigInt(message.offsets.network);
      view.offsets.console = BigInt(message.offsets.console);
      view.operations = BigInt(message.offsets.disk);
      return;
    case 'entry':
      entryArrived(view, message);
      return;
    case 'alive':
      raiseWatermark(view, message.watermark);
      return;
    default:
      return;
  }
}

/** On a connection that may take the place of the pair's: a hello, or the answer to one. */
export function besideArrived(view: View, connection: Counter, message: Message): void {
  if (message.kind === 'hello') {
    view.hello = message;
    view.helloConnection = connection;
    return;
  }
  const { attempt, isAttemptOpen } = view.reconnection;
  if (connection !== attempt || !isAttemptOpen) return;
  const isOfEpoch = BigInt(message.epoch) === epochInUse(view);
  if (message.kind === 'refuse' && isOfEpoch) view.reconnection.isAttemptFailed = true;
  const isHeard = messageHeard(view, message, 'channel');
  if (isHeard && message.kind === 'welcome') welcomedAgain(view, message);
}

function entryArrived(view: View, message: Message & { readonly kind: 'entry' }): void {
  // Before its owner has greeted it a replacement has no log.
  if (view.replacement !== undefined) return;
  if (view.takeover || view.diverged || !knownKinds.has(message.entry)) return;
  if (BigInt(message.seq) !== view.held + 1n || view.ending !== undefined) return;
  view.held += 1n;
  view.heldAt = view.now;
  view.heldEntries.set(view.held, message);
  const kind = endingKind(message.entry);
  if (kind !== undefined) view.ending = { kind, seq: view.held };
  raiseWatermark(view, message.watermark);
}

const knownKinds: ReadonlySet<string> = new Set([
  'input',
  'time-stamp',
  'timer',
  'completion',
  'output',
  'power-off',
  'yield',
]);

function endingKind(entry: string): EndingKind | undefined {
  return entry === 'power-off' || entry === 'yield' ? entry : undefined;
}

function raiseWatermark(view: View, watermark: Counter): void {
  if (view.takeover) return;
  if (BigInt(watermark) > view.watermark) view.watermark = BigInt(watermark);
}

/** Whether the message is authentic: this machine, this epoch, from the recorded peer. */
export function messageHeard(view: View, message: Message, by: 'channel' | 'datagram'): boolean {
  if (message.vm !== view.vm || message.from !== peerOf(view)) return false;
  const epoch = BigInt(message.epoch);
  const isBound = !view.isUnresolved && !view.takeover && !view.halted;
  if (epoch > epochInUse(view) && isBound) view.higherEpoch = true;
  if (epoch !== epochInUse(view)) return false;
  if (by === 'channel') view.heardChannelAt = view.now;
  else view.heardDatagramAt = view.now;
  // Neither path is silent any more; a swap that is outstanding is resolved first.
  const isHeard = view.now < silenceFrom(view) && view.unresolvedSwap === undefined;
  if (isHeard) view.suspectedAt = undefined;
  return true;
}

export function messageSent(view: View, connection: Counter, message: Message): void {
  replacementTold(view, connection, message);
  if (message.kind === 'entry') {
    const isFirst = BigInt(message.seq) > view.sent;
    entrySent(view, message);
    if (!isFirst) return;
    view.sent = BigInt(message.seq);
    view.sentPosition = BigInt(message.position);
    const kind = endingKind(message.entry);
    if (kind !== undefined) view.endingSent = { kind, at: view.now };
    if (message.entry === 'output') numberOutput(view, message.position, view.sent);
  } else if (message.kind === 'copy') view.recording = true;
  else if (message.kind === 'acknowledge') view.acknowledgedSent = BigInt(message.upto);
  else if (message.kind === 'alive') view.aliveAt = view.now;
  else if (message.kind === 'ready') {
    view.readySent = true;
    if (!isWaiting(view)) watch(view);
  } else if (message.kind === 'hello') view.beatAt ??= view.now;
  else if (message.kind === 'welcome') welcomed(view);
}

function numberOutput(view: View, position: Counter, seq: bigint): void {
  const output = view.made.find((one) => one.seq === undefined && one.position === position);
  if (output !== undefined) output.seq = seq;
}

function welcomed(view: View): void {
  if (greetingAnswered(view)) return;
  if (view.hello === undefined || view.helloConnection === undefined) return;
  if (isResuming(view)) {
    resumedByBackup(view);
    messageHeard(view, view.hello, 'channel');
    return;
  }
  const epoch = BigInt(view.hello.epoch);
  view.reconnection = createReconnection();
  view.pairing = { epoch, owner: view.hello.from, connection: view.helloConnection };
  view.epochSeen = epoch;
  view.record = null;
  view.hasOwned = false;
  view.halted = false;
  view.copy = undefined;
  view.restored = false;
  view.readySent = false;
  view.held = 0n;
  view.heldEntries.clear();
  view.acknowledgedSent = 0n;
  view.applyAsked = 0n;
  view.applied = 0n;
  view.watermark = 0n;
  view.diverged = false;
  view.ending = undefined;
  view.operation = undefined;
  view.takeover = false;
  view.announced = false;
  view.fenceAsked = undefined;
  view.fenceDone = undefined;
  view.made = [];
  view.open = new Map();
  view.operations = 0n;
  // Numbers of operations come again when it runs the machine a second time.
  view.reissued.clear();
  view.completed.clear();
  view.asked.clear();
  view.answered.clear();
  view.askedToLeave = false;
  view.suspectedAt = undefined;
  view.higherEpoch = false;
  beginReplacement(view);
}

/** What is to replace a backup is neither heard nor watched before the record names it. */
function beginReplacement(view: View): void {
  const replaces = BigInt(view.hello?.replaces ?? '0');
  const isJoining = replaces === 0n;
  view.replacement = isJoining ? undefined : { replaces, greeting: undefined, isNamed: false };
  view.beatAt = isJoining ? view.now : undefined;
  view.aliveAt = isJoining ? view.now : undefined;
}

export function watch(view: View): void {
  view.watching = true;
  view.suspectedAt = undefined;
  view.heardDatagramAt = view.now;
  view.heardChannelAt = view.now;
}
