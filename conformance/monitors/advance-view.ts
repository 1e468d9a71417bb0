// How the view of a node grows with each event: what it was given, and what it asked for.
// It records; it neither expects nor judges. Spec: conformance.md, "Monitors".

import type { Counter, Effect, Input, OperationName } from '../wire.ts';
import { besideArrived, messageArrived, messageHeard, messageSent } from './advance-channel.ts';
import { advanceFlow } from './advance-flow.ts';
import {
  closeOperation,
  diskAnswered,
  diskAsked,
  endTakeover,
  entryApplied,
  halt,
  imageLoaded,
  outputEmitted,
  outputMade,
} from './advance-guest.ts';
import {
  besideClosed,
  besideOpened,
  channelAsked,
  channelLost,
  isAnsweringResuming,
  isBeside,
  isForeign,
  loggedUnsent,
} from './advance-reconnection.ts';
import { abandonRead, recordAnswered, recordAsked } from './advance-record.ts';
import {
  expireReplacing,
  openAsked,
  replacementClosed,
  replacementOpened,
  replacementSaid,
  replaceTold,
  replacingDone,
} from './advance-replacing.ts';
import { isOwnAlone } from './record.ts';
import type { TraceEvent } from './trace.ts';
import { pendingOperation, silenceFrom, type View } from './view.ts';

/** Brings the view up to date with an event. Monitors look before this is called. */
export function advanceView(view: View, event: TraceEvent): void {
  view.now = event.at;
  advanceFlow(view, event);
  if (event.kind === 'given') given(view, event.input, event.refused);
  else if (event.kind === 'effect') effect(view, event.effect);
  else if (event.kind === 'advanced') {
    view.trigger = { type: 'clock' };
    view.reconnection.answer = undefined;
    view.recordIsNew = false;
    view.refused = undefined;
    expireReplacing(view);
    if (view.watching && event.at >= silenceFrom(view)) view.suspectedAt ??= event.at;
  }
}

function given(view: View, input: Input, refused: string | undefined): void {
  view.trigger = input;
  view.reconnection.answer = undefined;
  view.recordIsNew = false;
  view.refused = refused;
  if (refused !== undefined) return;
  switch (input.type) {
    case 'manager.start':
    case 'manager.resume':
      // What was asked of the machine before has come to its end.
      view.operation = undefined;
      view.isStarting = true;
      view.startsFrom = input.type === 'manager.start' ? 'boot' : 'image';
      return;
    case 'manager.replace-backup':
      replaceTold(view, input.peer);
      return;
    case 'manager.power-off':
      operationTaken(view, 'power-off');
      return;
    case 'manager.suspend':
      operationTaken(view, 'suspend');
      return;
    case 'manager.turn-off':
      operationTaken(view, 'turn-off');
      return;
    case 'manager.restart-secondary':
      operationTaken(view, 'restart-secondary');
      return;
    case 'manager.test-failover':
      operationTaken(view, 'test-failover');
      return;
    case 'guest.saved':
      view.isSaved = input.result === 'done' && pendingOperation(view) === 'suspend';
      if (input.result === 'error' && view.operation === 'suspend') view.isOperationOver = true;
      return;
    case 'guest.loaded':
      imageLoaded(view, input);
      return;
    case 'arbiter.answered':
      if (input.nonce === view.request?.nonce) recordAnswered(view, input.record);
      return;
    case 'arbiter.failed':
      if (input.nonce !== view.request?.nonce) return;
      view.request = undefined;
      return;
    case 'channel.opened':
      if (replacementOpened(view, input.connection)) return;
      if (isBeside(view, input.connection)) {
        besideOpened(view, input.connection);
        return;
      }
      view.connection = input.connection;
      view.connectionOpen = true;
      return;
    case 'channel.closed':
      if (replacementClosed(view, input.connection)) return;
      besideClosed(view, input.connection, 'other');
      if (input.connection !== view.connection) return;
      if (view.connectionOpen) channelLost(view);
      view.connectionOpen = false;
      view.readSinceLoss = false;
      if (isPairings(view, input.connection)) abandonRead(view);
      return;
    case 'channel.arrived':
      if (replacementSaid(view, input.connection, input.message)) return;
      if (isLeftBeside(view, input)) {
        view.connection = input.connection;
        view.connectionOpen = true;
      }
      if (input.connection === view.connection && view.connectionOpen)
        messageArrived(view, input.connection, input.message);
      else if (isBeside(view, input.connection))
        besideArrived(view, input.connection, input.message);
      return;
    case 'datagram.arrived':
      messageHeard(view, input.message, 'datagram');
      return;
    case 'guest.output':
      outputMade(view, input.channel, input.data, input.position);
      loggedUnsent(view, input);
      return;
    case 'guest.input':
      if (input.kind === 'completion') closeOperation(view, input.data);
      loggedUnsent(view, input);
      return;
    case 'guest.copied':
      view.copied = { position: input.position, state: input.state };
      return;
    case 'guest.applied':
      entryApplied(view, input);
      return;
    case 'guest.diverged':
      view.diverged = true;
      return;
    case 'disk.answered':
      diskAnswered(view, input.operation, input.result);
      return;
    default:
      return;
  }
}

/** A hello on what stood beside a pair that is no more. */
function isLeftBeside(view: View, { connection, message }: Arrival): boolean {
  const isFree = view.pairing === undefined && !view.connectionOpen;
  const isOther = connection !== view.connection && !isForeign(view, connection);
  return isFree && isOther && message.kind === 'hello';
}

type Arrival = Input & { readonly type: 'channel.arrived' };

/** Only the channel on which a backup said `ready` can be lost; one that came after it carries nothing. */
function isPairings(view: View, connection: Counter): boolean {
  return view.readySent && connection === view.pairing?.connection;
}

/** Alone, turning off has nothing to wait for. */
function operationTaken(view: View, operation: OperationName): void {
  view.operation = operation;
  view.isOperationOver = operation === 'turn-off' && isOwnAlone(view.record, view.incarnation);
  view.isSaved = false;
}

function effect(view: View, asked: Effect): void {
  replacingDone(view, asked);
  switch (asked.type) {
    case 'arbiter.request':
      recordAsked(view, asked.nonce, asked.action);
      return;
    case 'channel.open':
      view.opened.add(asked.connection);
      channelAsked(view, asked.connection);
      if (BigInt(asked.connection) > view.connectionMax) {
        view.connectionMax = BigInt(asked.connection);
      }
      openAsked(view, asked.peer, asked.connection);
      return;
    case 'channel.close':
      if (replacementClosed(view, asked.connection)) return;
      if (asked.connection === view.connectionBefore) view.connectionBefore = undefined;
      besideClosed(view, asked.connection, 'node');
      if (asked.connection !== view.connection) return;
      view.connectionOpen = false;
      if (isAnsweringResuming(view)) return;
      view.reconnection.isLost = true;
      if (isPairings(view, asked.connection)) abandonRead(view);
      return;
    case 'channel.send':
      messageSent(view, asked.connection, asked.message);
      return;
    case 'datagram.send':
      if (asked.message.kind === 'beat') view.beatAt = view.now;
      return;
    case 'output.emit':
      outputEmitted(view, asked.channel, BigInt(asked.offset), asked.data);
      return;
    case 'disk.request':
      diskAsked(view, asked);
      return;
    case 'address.announce':
      view.announced = true;
      return;
    case 'guest.apply':
      view.applyAsked = BigInt(asked.entry.seq);
      return;
    case 'guest.complete':
      view.completed.add(BigInt(asked.operation));
      return;
    case 'guest.run':
      view.guest = 'running';
      if (view.takeover) endTakeover(view);
      return;
    case 'guest.hold':
      view.guest = 'held';
      return;
    case 'guest.load':
      view.isLoading = true;
      return;
    case 'guest.restore':
      view.guest = 'replaying';
      view.restored = true;
      return;
    case 'guest.halt':
      halt(view);
      return;
    case 'report':
      view.report = { state: asked.state, reason: asked.reason };
      if (asked.state === 'notConfigured') abandonRead(view);
      return;
    default:
      return;
  }
}
