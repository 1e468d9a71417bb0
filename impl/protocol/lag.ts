// How far the backup's guest is behind, and the share of the owner's guest that follows from it.
// Not the log: logging.ts. Spec: protocol.md, "Flow".

import type { Sequence } from '../base/counters.ts';
import { noSequence } from './gate.ts';
import { linkOf } from './link.ts';
import { fullShare, type LagStatus } from './rules/flow-rules.ts';
import type { Log, NodeState, NumberedAt } from './state.ts';
import { emit, holdGuest, ownerOf, setOwner, type Turn } from './turn.ts';

export { fullShare };

/** A log in which nothing is numbered. */
export const emptyLog: Omit<Log, 'position'> = {
  sent: noSequence,
  acknowledged: noSequence,
  consumed: noSequence,
  instants: [],
  transmitted: noSequence,
  kept: [],
};

/** The log's instants with that of the entry numbered now. When there are too many, every second one
 *  goes, but not the first: an entry without one is then as old as the last before it that has one. */
export function withInstant({ instants, consumed }: Log, now: NumberedAt): readonly NumberedAt[] {
  // With nothing unconsumed before it, no other instant is of use.
  if (now.seq === consumed + 1n) return [now];
  if (instants.length < instantsMax) return [...instants, now];
  return [...instants.filter((_, index) => index % 2 === 0), now];
}

/** The backup said what its guest has consumed. Nobody consumes what was not sent.
 *  spec: flow.lag-in-acknowledgements */
export function consumedTold(turn: Turn, applied: Sequence): void {
  const { log } = ownerOf(turn);
  if (log === null || applied <= log.consumed || applied > log.sent) return;
  const instants = instantsFrom(log.instants, applied + 1n);
  setOwner(turn, { log: { ...log, consumed: applied, instants } });
}

/** On K, with an `alive` that was sent.
 *  spec: flow.throttle-when-lagging, flow.throttle-given-back */
export function measureLag(turn: Turn): void {
  const { rules, config } = turn.node;
  const lag = lagOf(turn.node);
  if (lag === null) return;
  const { share } = ownerOf(turn);
  setShare(turn, rules.shareAfter({ share, lag, lagMax: config.periods.lagMax }));
}

/** The pairing is over: before anything is issued the guest has all of its share.
 *  spec: flow.throttle-given-back */
export function restoreShare(turn: Turn): void {
  setShare(turn, turn.node.rules.shareAlone(ownerOf(turn).share));
}

/** spec: flow.lag-status */
export function lagStatusOf(node: NodeState): LagStatus {
  return node.rules.lagStatus(lagOf(node));
}

/** In nanoseconds; null but for an owner that has read `protected`. */
function lagOf(node: NodeState): bigint | null {
  const { role, now } = node;
  // An owner watches its backup from `protected` on.
  if (role.kind !== 'owner' || role.log === null || linkOf(node)?.watch == null) return null;
  const { sent, consumed, instants } = role.log;
  const [oldest] = instants;
  return sent === consumed || oldest === undefined ? 0n : now - oldest.at;
}

/** Without those that no entry from `seq` on needs. */
function instantsFrom(instants: readonly NumberedAt[], seq: bigint): readonly NumberedAt[] {
  const first = instants.findLastIndex((one) => one.seq <= seq);
  return first < 0 ? instants : instants.slice(first);
}

/** spec: flow.throttle-only-processor-share */
function setShare(turn: Turn, share: number): void {
  const before = ownerOf(turn).share;
  if (share === before) return;
  setOwner(turn, { share });
  emit(turn, { type: 'guest.throttle', share });
  if (share < before && turn.node.rules.holdsSlowed()) holdGuest(turn);
}

/** An owner remembers no more instants of its log; a power of two halves evenly. */
const instantsMax = 32;
