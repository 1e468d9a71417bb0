// How the view of a node grows with its guest, and with the outputs and disk operations that leave it.
// It records; it neither expects nor judges. Spec: conformance.md, "Monitors".

import type { Channel, Counter, Effect, Input } from '../wire.ts';
import type { View } from './view.ts';

export function outputMade(
  view: View,
  channel: Channel,
  data: string,
  position: Counter | undefined,
): void {
  if (channel === 'disk') view.operations += 1n;
  const operation = channel === 'disk' ? view.operations : undefined;
  const offset = view.offsets[channel];
  view.offsets[channel] += BigInt(Buffer.from(data, 'base64').length);
  view.made.push({ channel, data, position, offset, operation, seq: undefined, emitted: 0 });
  if (operation !== undefined) view.open.set(operation, { operation: String(operation), data });
}

export function entryApplied(view: View, input: Input & { readonly type: 'guest.applied' }): void {
  view.applied = BigInt(input.seq);
  const entry = view.heldEntries.get(view.applied);
  if (entry?.entry === 'completion') closeOperation(view, entry.data);
  if (input.output === undefined) return;
  outputMade(view, input.output.channel, input.output.data, entry?.position);
  const last = view.made.at(-1);
  if (last !== undefined) last.seq = view.applied;
}

/** Closes the operation that a completion names: its data begin with the number. */
export function closeOperation(view: View, data: string): void {
  const text = Buffer.from(data, 'base64').toString('utf8');
  const digits = /^\d+/.exec(text)?.[0];
  if (digits !== undefined) view.open.delete(BigInt(digits));
}

export function diskAnswered(view: View, operation: Counter, result: string): void {
  const fence = view.fenceOperations.get(operation);
  if (fence !== undefined && result === 'done') view.fenceDone = fence;
  if (result === 'fenced') view.fencedAnswer = true;
  else if (fence === undefined) view.answered.add(BigInt(operation));
}

export function outputEmitted(view: View, channel: Channel, offset: bigint, data: string): void {
  const output = view.made.find(
    (one) => one.channel === channel && one.offset === offset && one.data === data,
  );
  if (output !== undefined) output.emitted += 1;
}

export function diskAsked(view: View, asked: Effect & { readonly type: 'disk.request' }): void {
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

/** The image that was asked for: the history of the machine that goes on here. */
export function imageLoaded(view: View, input: Input & { readonly type: 'guest.loaded' }): void {
  if (!view.isLoading) return;
  view.isLoading = false;
  view.isImageIn = true;
  view.offsets.network = BigInt(input.offsets.network);
  view.offsets.console = BigInt(input.offsets.console);
  view.operations = BigInt(input.offsets.disk);
  for (const operation of input.open) {
    view.open.set(BigInt(operation.operation), operation);
    // Its completion is part of the image.
    view.answered.add(BigInt(operation.operation));
  }
}

/** The new owner is live: what it replayed is its own history now, and no log binds it. */
export function endTakeover(view: View): void {
  view.takeover = false;
  view.pairing = undefined;
  for (const output of view.made) {
    output.seq = undefined;
    // Whether it left or not was decided by the watermark and the profile: nothing waits.
    output.emitted = Math.max(output.emitted, 1);
  }
}

export function halt(view: View): void {
  view.guest = 'halted';
  view.halted = true;
  view.pairing = undefined;
  view.recording = false;
  view.watching = false;
  view.readySent = false;
  view.replacing = undefined;
  view.replacement = undefined;
}
