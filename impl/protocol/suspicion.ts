// What follows when the peer is silent, gone or faulty, for either role.
// Not the takeover: suspicion alone changes nothing. Spec: protocol.md, "Heartbeat", "Pairing".

import { discard, stopRecording } from './failover.ts';
import { release } from './gate.ts';
import { closeChannel, linkOf, updateLink } from './link.ts';
import { isWaiting, loseSource } from './replacement.ts';
import type { NodeState, Pairing, Suspicion } from './state.ts';
import { isEnding, taskOf } from './task.ts';
import { ownerOf, setOwner, setRole, type Turn, update } from './turn.ts';

/** The channel is gone, the peer diverged, or nothing was heard of it for too long. */
export function losePeer(turn: Turn, cause: Suspicion['cause']): void {
  const { role } = turn.node;
  if (role.kind === 'backup') loseOwner(turn, cause);
  if (role.kind !== 'owner' || role.pairing === null) return;
  if (isGivable(turn.node, role.pairing)) abandonJoining(turn);
  else suspect(turn, cause);
}

/** The peer broke the protocol: nothing it says counts from here on.
 *  spec: logging.acknowledgement-beyond-sent */
export function faultPeer(turn: Turn): void {
  closeChannel(turn);
  losePeer(turn, 'closed');
}

/** A joining can be given up until T4 is sent; then T4 is resolved first. A power-off ends it anyway. */
export function isGivable(node: NodeState, pairing: Pairing): boolean {
  const { record, request } = node;
  if (isEnding(taskOf(node))) return false;
  return record?.phase === 'joining' && request?.kind !== 'protect' && !pairing.givenUp;
}

/** Ends a joining: T5 follows. Nothing is sent to it any more; behind an open gate the guest
 *  runs on, nothing is recorded.
 *  spec: pairing.sync-failure-leaves-owner-running */
export function abandonJoining(turn: Turn): void {
  closeChannel(turn);
  const { pairing, gate } = ownerOf(turn);
  if (pairing === null) return;
  const link = { ...pairing.link, beatAt: null };
  setOwner(turn, { pairing: { ...pairing, link, givenUp: true } });
  if (gate.position === 'open') stopRecording(turn);
}

function loseOwner(turn: Turn, cause: Suspicion['cause']): void {
  const { role, rules } = turn.node;
  if (role.kind !== 'backup') return;
  if (isWaiting(role)) {
    loseSource(turn, role);
    return;
  }
  const isChannelLost = cause === 'closed';
  const sentReady = role.replay !== null;
  if (isChannelLost && rules.discardsUnread({ sentReady })) discard(turn, 'lost-connection');
  else suspect(turn, cause);
}

/** A stronger cause replaces silence; silence replaces nothing.
 *  spec: heartbeat.suspicion-is-not-live, output.suspicion-keeps-gate */
function suspect(turn: Turn, cause: Suspicion['cause']): void {
  const before = linkOf(turn.node)?.suspicion ?? null;
  if (before !== null && (cause === 'silence' || before.cause === 'diverged')) return;
  updateLink(turn, { suspicion: { cause } });
  const { role, request } = turn.node;
  if (role.kind === 'backup') setRole(turn, { ...role, readAgainAt: null });
  if (role.kind === 'backup' && cause === 'closed' && request?.kind === 'read') abandonRead(turn);
  if (role.kind !== 'owner') return;
  const gate = turn.node.rules.gateAfterSuspicion(ownerOf(turn).gate);
  setOwner(turn, { gate });
  release(turn);
}

/** It was asked before the channel was lost, so it does not say what its end left: another follows.
 *  spec: failover.read-before-discard */
function abandonRead(turn: Turn): void {
  update(turn, { request: null });
}
