// Where arriving messages go: by role, and only when they come from the peer they claim.
// Not what they lead to. Spec: protocol.md, "Messages", "Heartbeat", "Arbitration".

import type { Connection } from '../base/counters.ts';
import type { ChannelArrived } from './inputs.ts';
import { consumedTold } from './lag.ts';
import { hear, linkOf, ownEpoch, peerEnvelope, updateLink } from './link.ts';
import { acknowledgeArrived } from './logging.ts';
import type { Message } from './messages.ts';
import {
  copyArrived,
  helloArrived,
  readyArrived,
  refuseArrived,
  welcomeArrived,
} from './pairing.ts';
import { bearClosing, reopeningArrived, reopeningClosed } from './reconnecting.ts';
import { replacementArrived, replacementClosed } from './replacing.ts';
import { entryArrived, watermarkArrived } from './replaying.ts';
import type { Backup, Link } from './state.ts';
import { losePeer } from './suspicion.ts';
import { type Turn, update } from './turn.ts';

export function channelArrived(turn: Turn, { connection, message }: ChannelArrived): void {
  readWhenSurpassed(turn, message);
  if (message.kind === 'hello') {
    helloArrived(turn, connection, message);
    return;
  }
  if (replacementArrived(turn, connection, message)) return;
  if (reopeningArrived(turn, connection, message)) return;
  const link = linkOf(turn.node);
  if (link === null || !link.isOpen) return;
  const isAuthentic = connection === link.connection && fromPeer(turn, link, message);
  if (isAuthentic) hear(turn, 'channel');
  const { role } = turn.node;
  if (role.kind === 'owner') arriveAtOwner(turn, connection, message, isAuthentic);
  if (role.kind === 'backup') arriveAtBackup(turn, role, connection, message, isAuthentic);
}

/** spec: heartbeat.identified-beats */
export function datagramArrived(turn: Turn, message: Message): void {
  readWhenSurpassed(turn, message);
  const link = linkOf(turn.node);
  if (link !== null && message.kind === 'beat' && fromPeer(turn, link, message)) {
    hear(turn, 'datagram');
  }
}

export function channelClosed(turn: Turn, connection: Connection): void {
  if (replacementClosed(turn, connection) || reopeningClosed(turn, connection)) return;
  const link = linkOf(turn.node);
  if (link === null || link.connection !== connection || !link.isOpen) return;
  updateLink(turn, { isOpen: false });
  if (!bearClosing(turn)) losePeer(turn, 'closed');
}

/** Whoever speaks of a higher epoch may know a newer record; a request under way reads it anyway.
 *  spec: arbitration.higher-epoch-reads-record */
function readWhenSurpassed(turn: Turn, { vm, epoch }: Message): void {
  const { role, rules, config, request } = turn.node;
  const hasEpoch = role.kind === 'owner' || role.kind === 'backup';
  if (!hasEpoch || vm !== config.vm || request !== null) return;
  if (rules.readsRecord({ epoch, own: ownEpoch(turn.node) })) update(turn, { readWanted: true });
}

function fromPeer(turn: Turn, link: Link, message: Message): boolean {
  return turn.node.rules.isAuthentic(message, peerEnvelope(turn.node, link));
}

function arriveAtOwner(
  turn: Turn,
  connection: Connection,
  message: Message,
  isAuthentic: boolean,
): void {
  if (message.kind === 'acknowledge') acknowledgeArrived(turn, connection, message);
  if (message.kind === 'refuse' && isRefusal(turn, connection, message)) refuseArrived(turn);
  if (!isAuthentic) return;
  if (message.kind === 'acknowledge' || message.kind === 'alive') {
    consumedTold(turn, message.applied);
  }
  if (message.kind === 'welcome') welcomeArrived(turn, message);
  if (message.kind === 'ready') readyArrived(turn);
  if (message.kind === 'diverged') losePeer(turn, 'diverged');
}

/** A refusal counts by its channel and epoch alone: who answers in the place of an incarnation
 *  that is gone has another name. */
function isRefusal(turn: Turn, connection: Connection, message: Message): boolean {
  const link = linkOf(turn.node);
  return link?.connection === connection && link.epoch === message.epoch;
}

function arriveAtBackup(
  turn: Turn,
  backup: Backup,
  connection: Connection,
  message: Message,
  isAuthentic: boolean,
): void {
  if (message.kind === 'entry') entryArrived(turn, connection, message);
  if (!isAuthentic) return;
  if (message.kind === 'copy') copyArrived(turn, backup, message);
  if (message.kind === 'alive') watermarkArrived(turn, message.watermark);
}
