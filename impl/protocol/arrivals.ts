// Where arriving messages go: by role, and only when they come from the peer they claim.
// Not what they lead to. Spec: protocol.md, "Messages", "Heartbeat", "Arbitration".

import type { Connection } from '../base/counters.ts';
import type { ChannelArrived } from './inputs.ts';
import { endSilence, hear, linkOf, ownEpoch, peerEnvelope, updateLink } from './link.ts';
import { acknowledgeArrived } from './logging.ts';
import type { Message } from './messages.ts';
import {
  copyArrived,
  helloArrived,
  readyArrived,
  refuseArrived,
  welcomeArrived,
} from './pairing.ts';
import { entryArrived, watermarkArrived } from './replaying.ts';
import type { Backup, Link, Quarantine } from './state.ts';
import { losePeer } from './suspicion.ts';
import { type Turn, update } from './turn.ts';

export function channelArrived(turn: Turn, { connection, message }: ChannelArrived): void {
  const isDeferred = readRecordFirst(turn, message, connection);
  if (message.kind === 'hello') {
    if (!isDeferred) helloArrived(turn, connection, message);
    return;
  }
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
  readRecordFirst(turn, message, null);
  const link = linkOf(turn.node);
  if (link !== null && message.kind === 'beat' && fromPeer(turn, link, message)) {
    hear(turn, 'datagram');
  }
}

export function channelClosed(turn: Turn, connection: Connection): void {
  const { quarantine } = turn.node;
  if (quarantine?.hello?.connection === connection) {
    update(turn, { quarantine: { ...quarantine, hello: null } });
  }
  const link = linkOf(turn.node);
  if (link === null || link.connection !== connection || !link.isOpen) return;
  updateLink(turn, { isOpen: false });
  losePeer(turn, 'closed');
}

/** A record was read: what waited for it goes on, as far as the role still allows. */
export function releaseQuarantine(turn: Turn): void {
  endSilence(turn);
  const { quarantine } = turn.node;
  if (quarantine === null) return;
  update(turn, { quarantine: null });
  const { hello } = quarantine;
  if (hello !== null) helloArrived(turn, hello.connection, hello.message);
}

/** Whoever speaks of a higher epoch may know a newer record. Returns whether a hello waits.
 *  spec: arbitration.higher-epoch-reads-record */
function readRecordFirst(turn: Turn, message: Message, connection: Connection | null): boolean {
  const { role, rules, config, quarantine, request } = turn.node;
  const hasEpoch = role.kind === 'owner' || role.kind === 'backup';
  const { vm, epoch, from } = message;
  if (!hasEpoch || vm !== config.vm) return false;
  if (!rules.readsRecordFirst({ epoch, own: ownEpoch(turn.node) })) return false;
  const hello = helloOf(message, connection);
  update(turn, { readWanted: true });
  if (quarantine === null || linkOf(turn.node)?.peer === from) {
    const before = quarantine?.peer === from ? quarantine : null;
    // A request that is unresolved already is a read too, and does not stop the log.
    const isSilent = before?.isSilent ?? request === null;
    const unsent = before?.unsent ?? [];
    update(turn, {
      quarantine: { peer: from, hello: hello ?? before?.hello ?? null, isSilent, unsent },
    });
  }
  return hello !== null;
}

function helloOf(message: Message, connection: Connection | null): Quarantine['hello'] {
  return message.kind === 'hello' && connection !== null ? { connection, message } : null;
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
