// One side of a pairing seen from either role: envelopes, sending, hearing the peer.
// Not what is said: pairing.ts, logging.ts and heartbeat.ts. Spec: protocol.md, "Messages".

import {
  type Connection,
  type Epoch,
  greater,
  type Sequence,
  successor,
  toCounter,
  type Version,
} from '../base/counters.ts';
import type { Envelope, Hello, Message } from './messages.ts';
import type { Link, NodeState } from './state.ts';
import { replacingOf } from './task.ts';
import { emit, ownerOf, setOwner, setRole, type Turn, update } from './turn.ts';

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

export function createLink(named: Pick<Link, 'peer' | 'epoch' | 'connection'>): Link {
  return {
    ...named,
    isOpen: true,
    beatAt: null,
    beats: 0n,
    aliveAt: null,
    watch: null,
    suspicion: null,
  };
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

/** The channel to a replacement that the record does not name. */
export function closeReplacement(turn: Turn): void {
  const replacing = replacingOf(turn.node);
  if (replacing === null || replacing.connection === null || !replacing.isOpen) return;
  emit(turn, { type: 'channel.close', connection: replacing.connection });
  setOwner(turn, { task: { ...replacing, isOpen: false } });
}

/** The connection that was to take the place of one that closed. */
export function closeReopening(turn: Turn): void {
  const { role } = turn.node;
  const pairing = role.kind === 'owner' ? role.pairing : null;
  if (pairing === null || pairing.reopening === null) return;
  emit(turn, { type: 'channel.close', connection: pairing.reopening.connection });
  setOwner(turn, { pairing: { ...pairing, reopening: null } });
}

/** Opens a pairing, or the way of a replacement: `replaces` is then the version of the record. */
export function sendHello(
  turn: Turn,
  { to, connection, next, replaces }: Pick<Hello, 'to' | 'connection' | 'next' | 'replaces'>,
): void {
  const message: Message = {
    kind: 'hello',
    ...envelopeOf(turn.node),
    to,
    connection,
    next,
    replaces,
    configuration: turn.node.config.configuration,
  };
  emit(turn, { type: 'channel.send', connection, message });
}

/** Higher than any that this node used or saw, and no lower than the epoch.
 *  spec: pairing.hello-connection-number */
export function nextConnection({ record, connectionSeen }: NodeState): Connection {
  const above = successor(connectionSeen);
  const epoch = toCounter<Connection>(record?.epoch ?? 0n);
  return greater(above, epoch);
}

export function seeConnection(turn: Turn, connection: Connection): void {
  update(turn, { connectionSeen: greater(turn.node.connectionSeen, connection) });
}

/** From now on the peer is heard, or suspected. */
export function watchPeer(turn: Turn): void {
  const { now } = turn.node;
  updateLink(turn, { watch: { datagramAt: now, channelAt: now } });
}

/** Every log begins with it. */
export const firstSequence: Sequence = toCounter<Sequence>(1n);

/** A hello that replaces nobody. */
export const replacesNone: Version = toCounter<Version>(0n);

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
