// A running pair whose channel closed gets another, in the same epoch: the owner opens and greets, the
// backup says what it wants next. Not the first channel of a pairing: pairing.ts.
// Spec: protocol.md, "Reconnecting".

import { type Connection, type Sequence, successor, toCounter } from '../base/counters.ts';
import { release } from './gate.ts';
import type { ChannelOpened } from './inputs.ts';
import {
  closeReopening,
  envelopeOf,
  hear,
  nextConnection,
  replacesNone,
  seeConnection,
  sendChannel,
  sendHello,
  updateLink,
} from './link.ts';
import { countAcknowledged, letGuestRun, sendKept } from './logging.ts';
import type { Hello, Message, RefuseCode } from './messages.ts';
import type { Backup, NodeState, Pairing, Reopening } from './state.ts';
import { losePeer } from './suspicion.ts';
import { after, emit, ownerOf, setOwner, type Turn } from './turn.ts';

/** The channel of the pair closed.
 *  @returns false where that is a suspicion at once
 *  spec: pairing.closed-channel-is-silence */
export function bearClosing(turn: Turn): boolean {
  const { node } = turn;
  if (!node.config.reconnect || !node.rules.bearsClosing({ isRunning: isRunning(node) }))
    return false;
  if (node.role.kind === 'owner') reopen(turn);
  return true;
}

/** Does the pair run, for this side of it? */
function isRunning({ role, record, request }: NodeState): boolean {
  if (request !== null) return false;
  if (role.kind === 'owner') {
    const isWatched = role.pairing !== null && role.pairing.link.watch !== null;
    const isTrusted = isWatched && role.pairing?.link.suspicion === null;
    return isTrusted && record?.phase === 'protected' && role.task === null;
  }
  if (role.kind !== 'backup' || role.replay === null || role.replacement !== null) return false;
  const { diverged, ending } = role.replay;
  return role.link.suspicion === null && diverged === null && ending === null;
}

/** spec: logging.reconnect-keeps-held */
function reopen(turn: Turn): void {
  const { pairing, gate } = ownerOf(turn);
  if (pairing === null) return;
  setOwner(turn, { gate: turn.node.rules.gateAfterClosing(gate) });
  release(turn);
  const connection = nextConnection(turn.node);
  seeConnection(turn, connection);
  setReopening(turn, pairing, { connection, isGreeted: false });
  emit(turn, { type: 'channel.open', peer: pairing.link.peer, connection });
}

/** @returns false where the connection is another */
export function reopened(turn: Turn, { connection, peer }: ChannelOpened): boolean {
  const { role } = turn.node;
  const pairing = role.kind === 'owner' ? role.pairing : null;
  const reopening = pairing?.reopening ?? null;
  if (role.kind !== 'owner' || pairing === null || role.log === null) return false;
  if (reopening?.connection !== connection || peer !== pairing.link.peer) return false;
  setReopening(turn, pairing, { connection, isGreeted: true });
  const next = successor(role.log.acknowledged);
  sendHello(turn, { to: peer, connection, next, replaces: replacesNone });
  return true;
}

/** What comes on a connection that is to be the pair's.
 *  @returns false where the connection is another */
export function reopeningArrived(turn: Turn, connection: Connection, message: Message): boolean {
  const { node } = turn;
  const pairing = node.role.kind === 'owner' ? node.role.pairing : null;
  if (pairing?.reopening?.connection !== connection) return false;
  const { vm, epoch } = envelopeOf(node);
  if (message.epoch !== epoch || !pairing.reopening.isGreeted) return true;
  if (message.kind === 'refuse') abandonReopening(turn);
  const isPeer = message.vm === vm && message.from === pairing.link.peer;
  if (isPeer && message.kind === 'welcome') resume(turn, connection, message.next);
  return true;
}

/** spec: logging.resume-at-next, logging.resume-acknowledges, logging.resume-below-acknowledged,
 *  logging.resume-beyond-sent */
function resume(turn: Turn, connection: Connection, next: Sequence): void {
  const { pairing, log } = ownerOf(turn);
  if (pairing === null || log === null) return;
  const { acknowledged, transmitted: sent } = log;
  if (!turn.node.rules.mayResume({ next, acknowledged, sent })) {
    abandonReopening(turn);
    return;
  }
  const aliveAt = after(turn, turn.node.config.periods.aliveInterval);
  setReopening(turn, pairing, null);
  updateLink(turn, { connection, isOpen: true, aliveAt });
  hear(turn, 'channel');
  const { rules } = turn.node;
  countAcknowledged(turn, toCounter(rules.acknowledgedByNext({ next, acknowledged })));
  sendKept(turn, toCounter(rules.resumesAt({ next, sent })));
  letGuestRun(turn);
}

/** It closed before its welcome came.
 *  @returns false where the connection is another */
export function reopeningClosed(turn: Turn, connection: Connection): boolean {
  const { role } = turn.node;
  const pairing = role.kind === 'owner' ? role.pairing : null;
  if (pairing?.reopening?.connection !== connection) return false;
  setReopening(turn, pairing, null);
  losePeer(turn, 'closed');
  return true;
}

function abandonReopening(turn: Turn): void {
  closeReopening(turn);
  losePeer(turn, 'closed');
}

/** An owner that suspects its backup, or has something else to do, gives the attempt up. */
export function pursueReopening(turn: Turn): void {
  const { role } = turn.node;
  if (role.kind !== 'owner' || role.pairing === null || role.pairing.reopening === null) return;
  const { link } = role.pairing;
  if (link.suspicion !== null || role.task !== null) abandonReopening(turn);
}

function setReopening(turn: Turn, pairing: Pairing, reopening: Reopening | null): void {
  setOwner(turn, { pairing: { ...pairing, reopening } });
}

/** A hello of the owner of this pairing, in its epoch, on a later connection than each that the pairing had.
 *  @returns false where the hello is to be treated like any other
 *  spec: pairing.hello-connection-number */
export function greetAgain(turn: Turn, connection: Connection, hello: Hello): boolean {
  const { role, config, rules } = turn.node;
  if (role.kind !== 'backup' || !config.reconnect || role.replacement !== null) return false;
  const { link } = role;
  const isOurs = hello.from === link.peer && hello.epoch === link.epoch;
  if (!isOurs || !rules.isLater({ connection, before: link.connection })) return false;
  const code = refusalOf(turn.node, role, connection, hello);
  if (code === null) {
    follow(turn, role, connection);
    return true;
  }
  const message = { kind: 'refuse', ...envelopeOf(turn.node), code } as const;
  emit(turn, { type: 'channel.send', connection, message });
  return true;
}

/** spec: pairing.hello-checks, pairing.sealed-refuses, pairing.arbitrating-answer,
 *  logging.resume-not-kept */
function refusalOf(
  { rules, config, request }: NodeState,
  { link, replay }: Backup,
  connection: Connection,
  hello: Hello,
): RefuseCode | null {
  const { self, vm, configuration } = config;
  const code = rules.refuseGreeting({ hello, connection, self, vm, configuration });
  if (code !== null) return code;
  const hasDiverged = replay !== null && replay.diverged !== null;
  const isFollowing = rules.isFollowing({ isReady: replay !== null, hasDiverged });
  if (replay === null || !isFollowing) return 'busy';
  const isSwapping = request !== null && request.kind !== 'read';
  const isLost = link.suspicion !== null && link.suspicion.cause !== 'silence';
  if (rules.mustArbitrateFirst({ isSwapping, isLost })) return 'arbitrating';
  return rules.isKept({ next: hello.next, held: replay.held }) ? null : 'superseded';
}

/** spec: pairing.newer-connection-replaces */
function follow(turn: Turn, { link, replay }: Backup, connection: Connection): void {
  const { rules, config } = turn.node;
  if (link.isOpen && rules.closesOlder()) {
    emit(turn, { type: 'channel.close', connection: link.connection });
  }
  updateLink(turn, {
    connection,
    isOpen: true,
    aliveAt: after(turn, config.periods.aliveInterval),
  });
  hear(turn, 'channel');
  const next = toCounter<Hello['next']>((replay?.held ?? 0n) + 1n);
  sendChannel(turn, { kind: 'welcome', ...envelopeOf(turn.node), next });
}
