// How the view of a node grows with the lag of its backup and with the share of its guest. What an owner may forget leaves
// the lag open between two bounds: no shorter than it is, no longer than since all was consumed last.
// It records; it neither expects nor judges. Spec: protocol.md, "Flow".

import type { Effect, Message } from '../wire.ts';
import { type FlowView, fullShare, shareMin } from './flow-view.ts';
import { isOwnAlone } from './record.ts';
import type { TraceEvent } from './trace.ts';
import { epochInUse, peerOf, type View } from './view.ts';

/** Called before the rest of the view takes the event in. */
export function advanceFlow(view: View, event: TraceEvent): void {
  if (event.kind === 'effect') effect(view, event.effect);
  if (event.kind !== 'given' || event.input.type !== 'channel.arrived') return;
  const { connection, message } = event.input;
  if (connection === view.connection && view.connectionOpen) consumed(view, message);
}

/** The time since the oldest entry was sent that is not consumed; 0 where there is none. */
export function lagLeast({ flow, sent, now }: View): bigint {
  const oldest = flow.sentAt.get(flow.consumed + 1n);
  return sent <= flow.consumed || oldest === undefined ? 0n : now - oldest;
}

/** As long as an owner may take it for that has forgotten what it may forget. */
export function lagMost({ flow, sent, now }: View): bigint {
  return sent <= flow.consumed ? 0n : now - flow.busySince;
}

/** By the record that it read last there is no pair, or another than that for which its guest was slowed. */
export const isPairOver = (view: View): boolean =>
  isOwnAlone(view.record, view.incarnation) ||
  (isOwnerOfPair(view) && view.record?.epoch !== view.flow.shareEpoch);

/** By the record that it read last. */
export const isOwnerOfPair = ({ record, incarnation, halted }: View): boolean =>
  !halted && record?.owner === incarnation && record.phase === 'protected';

function effect(view: View, asked: Effect): void {
  const { flow } = view;
  if (asked.type === 'guest.throttle') {
    flow.share = asked.share;
    flow.shareEpoch = view.record?.epoch ?? '0';
    flow.changedAt = view.now;
    flow.due = undefined;
  } else if (asked.type === 'guest.halt' || asked.type === 'guest.restore') {
    flow.share = fullShare;
    flow.due = undefined;
  } else if (asked.type === 'channel.send') said(view, asked.message);
}

function said(view: View, message: Message): void {
  const { flow } = view;
  if (message.kind === 'entry') {
    numbered(view, BigInt(message.seq), message.epoch);
  } else if (message.kind === 'alive' && isOwnerOfPair(view)) flow.due = dueAfter(view);
}

/** Sent again, or for the first time after the channel was away, it keeps the instant it was given its number. */
export function numbered({ flow, now }: View, seq: bigint, epoch: string): void {
  if (epoch !== flow.epoch) {
    flow.epoch = epoch;
    flow.sentAt.clear();
    flow.consumed = 0n;
  }
  if (flow.sentAt.has(seq)) return;
  if (seq === flow.consumed + 1n) flow.busySince = now;
  flow.sentAt.set(seq, now);
}

/** An early `alive` decides nothing; nor does one whose share was changed just before it. */
function dueAfter(view: View): FlowView['due'] {
  const { flow, parameters, aliveAt, now } = view;
  const isOnInterval = aliveAt !== undefined && now - aliveAt >= BigInt(parameters.aliveInterval);
  if (!isOnInterval || flow.changedAt === now) return undefined;
  const lagMax = BigInt(parameters.lagMax);
  if (lagLeast(view) > lagMax) return flow.share > shareMin ? 'less' : undefined;
  return lagMost(view) <= lagMax && flow.share < fullShare ? 'more' : undefined;
}

function consumed(view: View, message: Message): void {
  if (message.kind !== 'acknowledge' && message.kind !== 'alive') return;
  const { flow, sent } = view;
  const isAuthentic =
    message.vm === view.vm &&
    message.from === peerOf(view) &&
    BigInt(message.epoch) === epochInUse(view);
  const applied = BigInt(message.applied);
  if (!isAuthentic || applied <= flow.consumed || applied > sent) return;
  for (let seq = flow.consumed + 1n; seq <= applied; seq += 1n) flow.sentAt.delete(seq);
  flow.consumed = applied;
}
