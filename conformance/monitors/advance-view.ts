// How the view of a node grows with each event: what it was given, and what it asked for.
// It records; it neither expects nor judges. Spec: conformance.md, "Monitors".

import type { Action, Channel, Counter, Effect, Input, Message, Record } from '../wire.ts';
import { isOwnAlone } from './record.ts';
import type { TraceEvent } from './trace.ts';
import { epochInUse, peerOf, silenceFrom, type View } from './view.ts';

/** Brings the view up to date with an event. Monitors look before this is called. */
export function advanceView(view: View, event: TraceEvent): void {
  view.now = event.at;
  if (event.kind === 'given') given(view, event.input, event.refused);
  else if (event.kind === 'effect') effect(view, event.effect);
  else if (event.kind === 'advanced') {
    view.trigger = { type: 'clock' };
    view.recordIsNew = false;
    view.refused = undefined;
    if (view.watching && event.at >= silenceFrom(view)) view.suspectedAt ??= event.at;
  }
}

function given(view: View, input: Input, refused: string | undefined): void {
  view.trigger = input;
  view.recordIsNew = false;
  view.refused = refused;
  if (refused !== undefined) return;
  switch (input.type) {
    case 'manager.start':
      view.isStarting = true;
      return;
    case 'arbiter.answered':
      if (input.nonce === view.request?.nonce) answered(view, input.record);
      return;
    case 'arbiter.failed':
      if (input.nonce !== view.request?.nonce) return;
      view.request = undefined;
      return;
    case 'channel.opened':
      view.connection = input.connection;
      view.connectionOpen = true;
      return;
    case 'channel.closed':
      if (input.connection !== view.connection) return;
      view.connectionOpen = false;
      view.readSinceLoss = false;
      return;
    case 'channel.arrived':
      if (input.connection === view.connection && view.connectionOpen)
        arrived(view, input.connection, input.message);
      return;
    case 'datagram.arrived':
      heard(view, input.message, 'datagram');
      return;
    case 'guest.output':
      made(view, input.channel, input.data, input.position);
      return;
    case 'guest.input':
      if (input.kind === 'completion') closeOperation(view, input.data);
      return;
    case 'guest.copied':
      view.copied = { position: input.position, state: input.state };
      view.recording = true;
      return;
    case 'guest.applied':
      applied(view, input);
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

function answered(view: View, record: Record | null): void {
  view.request = undefined;
  if (record === null || isOlder(view, record)) return;
  if (record.phase !== 'off') view.isStarting = false;
  view.isUnresolved = false;
  view.askedAt = view.now;
  view.recordBefore = view.record;
  view.record = record;
  view.recordIsNew = true;
  view.readSinceLoss = true;
  noteEpoch(view, record);
  if (record.owner !== view.incarnation) return;
  if (!view.hasOwned && view.pairing !== undefined) view.takeover = true;
  else if (!view.hasOwned || view.halted) powerOn(view);
  view.hasOwned = true;
  if (isOwnAlone(record, view.incarnation)) leavePairing(view);
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
}

function leavePairing(view: View): void {
  view.recording = false;
  view.watching = false;
  for (const output of view.made) if (!view.takeover) output.seq = undefined;
}

function enterEpoch(view: View, record: Record): void {
  if (record.version === view.recordBefore?.version) return;
  if (record.epoch === view.recordBefore?.epoch) return;
  view.sent = 0n;
  view.sentPosition = 0n;
  view.acknowledged = 0n;
  view.readyArrived = false;
  view.askedToLeave = false;
  view.gateAt = 0n;
  view.divergedArrived = false;
  view.copied = undefined;
  view.recording = false;
}

function isLeaving(view: View, action: Action): boolean {
  return 'swap' in action && action.swap.record.phase === 'alone' && view.record?.phase !== 'off';
}

function watch(view: View): void {
  view.watching = true;
  view.suspectedAt = undefined;
  view.heardDatagramAt = view.now;
  view.heardChannelAt = view.now;
}

function arrived(view: View, connection: Counter, message: Message): void {
  if (message.kind === 'hello') {
    view.hello = message;
    view.helloConnection = connection;
    return;
  }
  if (!heard(view, message, 'channel')) return;
  switch (message.kind) {
    case 'ready':
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

function entryArrived(view: View, message: Message & { readonly kind: 'entry' }): void {
  if (view.takeover || view.diverged || !knownKinds.has(message.entry)) return;
  if (BigInt(message.seq) !== view.held + 1n) return;
  view.held += 1n;
  view.heldAt = view.now;
  view.heldEntries.set(view.held, message);
  raiseWatermark(view, message.watermark);
}

const knownKinds: ReadonlySet<string> = new Set([
  'input',
  'time-stamp',
  'timer',
  'completion',
  'output',
]);

function raiseWatermark(view: View, watermark: Counter): void {
  if (view.takeover) return;
  if (BigInt(watermark) > view.watermark) view.watermark = BigInt(watermark);
}

/** Whether the message is authentic: this machine, this epoch, from the recorded peer. */
function heard(view: View, message: Message, by: 'channel' | 'datagram'): boolean {
  if (message.vm !== view.vm || message.from !== peerOf(view)) return false;
  const epoch = BigInt(message.epoch);
  const isBound = !view.isUnresolved && !view.takeover && !view.halted;
  if (epoch > epochInUse(view) && isBound) view.higherEpoch = true;
  if (epoch !== epochInUse(view)) return false;
  if (by === 'channel') view.heardChannelAt = view.now;
  else view.heardDatagramAt = view.now;
  const since = view.suspectedAt;
  const isHeard =
    since !== undefined && view.heardChannelAt > since && view.heardDatagramAt > since;
  if (isHeard) view.suspectedAt = undefined;
  return true;
}

function made(view: View, channel: Channel, data: string, position: Counter | undefined): void {
  if (channel === 'disk') view.operations += 1n;
  const operation = channel === 'disk' ? view.operations : undefined;
  const offset = view.offsets[channel];
  view.offsets[channel] += BigInt(Buffer.from(data, 'base64').length);
  view.made.push({ channel, data, position, offset, operation, seq: undefined, emitted: 0 });
  if (operation !== undefined) view.open.set(operation, { operation: String(operation), data });
}

function applied(view: View, input: Input & { readonly type: 'guest.applied' }): void {
  view.applied = BigInt(input.seq);
  const entry = view.heldEntries.get(view.applied);
  if (entry?.entry === 'completion') closeOperation(view, entry.data);
  if (input.output === undefined) return;
  made(view, input.output.channel, input.output.data, entry?.position);
  const last = view.made.at(-1);
  if (last !== undefined) last.seq = view.applied;
}

/** Closes the operation that a completion names: its data begin with the number. */
function closeOperation(view: View, data: string): void {
  const text = Buffer.from(data, 'base64').toString('utf8');
  const digits = /^\d+/.exec(text)?.[0];
  if (digits !== undefined) view.open.delete(BigInt(digits));
}

function diskAnswered(view: View, operation: Counter, result: string): void {
  const fence = view.fenceOperations.get(operation);
  if (fence !== undefined && result === 'done') view.fenceDone = fence;
  if (result === 'fenced') view.fencedAnswer = true;
}

function effect(view: View, asked: Effect): void {
  switch (asked.type) {
    case 'arbiter.request':
      view.request = { nonce: asked.nonce, action: asked.action, at: view.now };
      view.nonces.add(asked.nonce);
      view.askedAt = view.now;
      view.isUnresolved = true;
      view.higherEpoch = false;
      if (isLeaving(view, asked.action)) view.askedToLeave = true;
      return;
    case 'channel.open':
      if (BigInt(asked.connection) > view.connectionMax) {
        view.connectionMax = BigInt(asked.connection);
      }
      return;
    case 'channel.close':
      if (asked.connection === view.connection) view.connectionOpen = false;
      return;
    case 'channel.send':
      sent(view, asked.message);
      return;
    case 'datagram.send':
      if (asked.message.kind === 'beat') view.beatAt = view.now;
      return;
    case 'output.emit':
      emitted(view, asked.channel, BigInt(asked.offset), asked.data);
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
    case 'guest.restore':
      view.guest = 'replaying';
      view.restored = true;
      return;
    case 'guest.halt':
      halt(view);
      return;
    case 'report':
      if (asked.state === 'notConfigured') abandonRead(view);
      return;
    default:
      return;
  }
}

/** A node that discards itself asks nothing more of what it read for. */
function abandonRead(view: View): void {
  if (view.request === undefined || 'swap' in view.request.action) return;
  view.request = undefined;
  view.isUnresolved = false;
}

function sent(view: View, message: Message): void {
  if (message.kind === 'entry') {
    view.sent = BigInt(message.seq);
    view.sentPosition = BigInt(message.position);
    if (message.entry === 'output') numberOutput(view, message.position, view.sent);
  } else if (message.kind === 'acknowledge') view.acknowledgedSent = BigInt(message.upto);
  else if (message.kind === 'alive') view.aliveAt = view.now;
  else if (message.kind === 'ready') {
    view.readySent = true;
    watch(view);
  } else if (message.kind === 'hello') view.beatAt ??= view.now;
  else if (message.kind === 'welcome') welcomed(view);
}

function numberOutput(view: View, position: Counter, seq: bigint): void {
  const output = view.made.find((one) => one.seq === undefined && one.position === position);
  if (output !== undefined) output.seq = seq;
}

function welcomed(view: View): void {
  if (view.hello === undefined || view.helloConnection === undefined) return;
  const epoch = BigInt(view.hello.epoch);
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
  view.takeover = false;
  view.announced = false;
  view.fenceAsked = undefined;
  view.fenceDone = undefined;
  view.made = [];
  view.open = new Map();
  view.operations = 0n;
  view.reissued.clear();
  view.askedToLeave = false;
  view.suspectedAt = undefined;
  view.higherEpoch = false;
  view.beatAt = view.now;
  view.aliveAt = view.now;
}

function emitted(view: View, channel: Channel, offset: bigint, data: string): void {
  const output = view.made.find(
    (one) => one.channel === channel && one.offset === offset && one.data === data,
  );
  if (output !== undefined) output.emitted += 1;
}

function diskAsked(view: View, asked: Effect & { readonly type: 'disk.request' }): void {
  if ('fence' in asked.action) {
    view.fenceAsked = BigInt(asked.token);
    view.fenceOperations.set(asked.operation, BigInt(asked.token));
    return;
  }
  const operation = BigInt(asked.operation);
  view.asked.add(operation);
  if (view.takeover) view.reissued.add(operation);
  const output = view.made.find((one) => one.operation === operation);
  if (output !== undefined) output.emitted += 1;
}

/** The new owner is live: what it replayed is its own history now, and no log binds it. */
function endTakeover(view: View): void {
  view.takeover = false;
  view.pairing = undefined;
  for (const output of view.made) {
    output.seq = undefined;
    // Whether it left or not was decided by the watermark and the profile: nothing waits.
    output.emitted = Math.max(output.emitted, 1);
  }
}

function halt(view: View): void {
  view.guest = 'halted';
  view.halted = true;
  view.pairing = undefined;
  view.recording = false;
  view.watching = false;
  view.readySent = false;
}
