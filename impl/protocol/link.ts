// One side of a pairing seen from either role: envelopes, sending, hearing the peer.
// Not what is said: pairing.ts, logging.ts and heartbeat.ts. Spec: protocol.md, "Messages".

import { type Epoch, toCounter } from '../base/counters.ts';
import type { Envelope, Message } from './messages.ts';
import type { Link, NodeState } from './state.ts';
import { emit, ownerOf, setOwner, setRole, type Turn } from './turn.ts';

export function linkOf(node: NodeState): Link | null {
  if (node.role.kind === 'owner') return node.role.pairing?.link ?? null;
  return node.role.kind === 'backup' ? node.role.link : null;
}

/** Changes the link where there is one. */
export function updateLink(turn: Turn, patch: Partial<Link>): void {
  const { role } = turn.node;
  if (role.kind === 'backup') setRole(turn, { ...role, link: { ...role.link, ...patch } });
  if (role.kind !== 'owner' || role.pairing === null) return;
  const { pairing } = ownerOf(turn);
  if (pairing === null) return;
  setOwner(turn, { pairing: { ...pairing, link: { ...pairing.link, ...patch } } });
}

/** The epoch in which this node speaks and listens. */
export function ownEpoch(node: NodeState): Epoch {
  return linkOf(node)?.epoch ?? node.record?.epoch ?? toCounter<Epoch>(0n);
}

export function envelopeOf(node: NodeState): Envelope {
  return { vm: node.config.vm, epoch: ownEpoch(node), from: node.config.self };
}

/** What an authentic message of the peer carries. */
export function peerEnvelope(node: NodeState, link: Link): Envelope {
  return { vm: node.config.vm, epoch: link.epoch, from: link.peer };
}

/** Sends on the link's channel, if it stands. */
export function sendChannel(turn: Turn, message: Message): void {
  const link = linkOf(turn.node);
  if (link === null || !link.isOpen) return;
  emit(turn, { type: 'channel.send', connection: link.connection, message });
}

export function closeChannel(turn: Turn): void {
  const link = linkOf(turn.node);
  if (link === null || !link.isOpen) return;
  emit(turn, { type: 'channel.close', connection: link.connection });
  updateLink(turn, { isOpen: false });
}

/** The peer was heard on one path.
 *  spec: heartbeat.suspicion-is-not-live */
export function hear(turn: Turn, path: 'datagram' | 'channel'): void {
  const watch = linkOf(turn.node)?.watch ?? null;
  if (watch === null) return;
  const at = turn.node.now;
  const heard = path === 'datagram' ? { datagramAt: at } : { channelAt: at };
  updateLink(turn, { watch: { ...watch, ...heard } });
  withdrawSuspicion(turn);
}

/** A silence that ended on both paths is forgotten, unless a swap that follows from it was sent:
 *  that is resolved first. A mere read changes nothing, and holds nothing up. */
function withdrawSuspicion(turn: Turn): void {
  const { rules, config, now, request } = turn.node;
  const link = linkOf(turn.node);
  if (link?.suspicion?.cause !== 'silence' || link.watch === null) return;
  if (request !== null && request.kind !== 'read') return;
  if (rules.suspectedAt(link.watch, config.periods) > now) updateLink(turn, { suspicion: null });
}
