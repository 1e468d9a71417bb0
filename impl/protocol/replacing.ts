// The replacement of a backup by another, seen from the owner: the guest comes to rest, is copied,
// and the record is asked to name the other. Not its other side: replacement.ts. Not the requests:
// arbitration.ts sends T14 and T15 when what is here demands them. Spec: protocol.md, "Migration".

import { assert } from '../base/assert.ts';
import type { Connection, Instant } from '../base/counters.ts';
import { noSequence } from './gate.ts';
import type { Incarnation } from './incarnation.ts';
import type { ChannelOpened, Input } from './inputs.ts';
import { emptyLog, restoreShare } from './lag.ts';
import { isSettled, refusalOf, stopGuest } from './lifecycle.ts';
import {
  closeChannel,
  closeReplacement,
  createLink,
  envelopeOf,
  firstSequence,
  linkOf,
  nextConnection,
  replacesNone,
  seeConnection,
  sendHello,
  updateLink,
  watchPeer,
} from './link.ts';
import { letGuestRun } from './logging.ts';
import type { Message } from './messages.ts';
import type { NodeState, Replacing } from './state.ts';
import { faultPeer } from './suspicion.ts';
import { replacingOf, taskOf } from './task.ts';
import { after, emit, ownerOf, report, runGuest, setOwner, type Turn } from './turn.ts';

/** spec: lifecycle.backup-migration-replaces, pairing.migration-keeps-hosts-distinct */
export function replaceTold(turn: Turn, peer: Incarnation): void {
  const { record, rules, config } = turn.node;
  const code = refusalOf(turn.node, 'replace-backup');
  const backup = record?.backup ?? null;
  const isDistinct = backup !== null && rules.mayTakePlace({ owner: config.self, backup, peer });
  if (code !== null || !isDistinct) {
    turn.refusal = code ?? 'same-host';
    return;
  }
  stopGuest(turn);
  const unopened = { connection: null, isOpen: false, deadline: null };
  setOwner(turn, { task: { kind: 'replace-backup', peer, stage: 'settling', ...unopened } });
}

/** What the replacement can do now: the last act of every step but the request.
 *  spec: lifecycle.backup-migration-quiesces */
export function pursueReplacing(turn: Turn): void {
  const replacing = replacingOf(turn.node);
  if (replacing === null || isAsked(turn.node)) return;
  if (isDoomed(turn.node)) giveUp(turn);
  else if (replacing.stage === 'settling' && isSettled(turn.node, 'replace-backup')) {
    open(turn, replacing);
  }
}

/** Anything for which T7 is asked ends the attempt. */
function isDoomed(node: NodeState): boolean {
  return (linkOf(node)?.suspicion ?? null) !== null;
}

/** T14 was sent: whether it takes effect is not known.
 *  spec: pairing.replacement-at-rest */
export function restUntilRead(turn: Turn): void {
  if (!turn.node.rules.restsUntilRead()) runGuest(turn);
}

/** T14 is unresolved: until it is, nothing ends the attempt. */
function isAsked({ request }: NodeState): boolean {
  return request?.kind === 'replace';
}

function open(turn: Turn, { peer }: Replacing): void {
  if (!turn.node.rules.keepsBackup()) closeChannel(turn);
  const connection = nextConnection(turn.node);
  seeConnection(turn, connection);
  const deadline = after(turn, turn.node.config.periods.joinTimeout);
  advance(turn, { stage: 'opening', connection, isOpen: true, deadline });
  emit(turn, { type: 'channel.open', peer, connection });
}

export function replacementOpened(turn: Turn, { connection, peer }: ChannelOpened): void {
  const replacing = replacingAt(turn.node, 'opening');
  if (replacing?.connection !== connection || replacing.peer !== peer) return;
  const { record } = turn.node;
  assert(record !== null, 'replace-backup: no record was read');
  advance(turn, { stage: 'greeting' });
  sendHello(turn, { to: peer, connection, next: firstSequence, replaces: record.version });
}

/** What comes on the connection to the peer, until the record names it.
 *  @returns false where the connection is another */
export function replacementArrived(turn: Turn, connection: Connection, message: Message): boolean {
  const replacing = replacingOf(turn.node);
  if (replacing === null || replacing.connection !== connection) return false;
  const { vm, epoch } = envelopeOf(turn.node);
  if (!replacing.isOpen || message.epoch !== epoch) return true;
  if (message.kind === 'refuse') endAttempt(turn);
  if (message.vm !== vm || message.from !== replacing.peer) return true;
  if (message.kind === 'welcome') replacementWelcomed(turn, message.next === firstSequence);
  if (message.kind === 'ready' && replacing.stage === 'synchronising') {
    advance(turn, { stage: 'ready' });
  }
  return true;
}

function replacementWelcomed(turn: Turn, isNew: boolean): void {
  if (replacingAt(turn.node, 'greeting') === null) return;
  if (!isNew) {
    endAttempt(turn);
    return;
  }
  advance(turn, { stage: 'copying' });
  emit(turn, { type: 'guest.copy' });
}

/** @returns false where the copy is not for a replacement */
export function replacementCopied(turn: Turn, input: Input & { type: 'guest.copied' }): boolean {
  const replacing = replacingAt(turn.node, 'copying');
  if (replacing === null || replacing.connection === null) return false;
  const { position, state } = input;
  const { operations, offsets } = ownerOf(turn);
  const open = operations.map(({ operation, data }) => ({ operation, data }));
  advance(turn, { stage: 'synchronising' });
  emit(turn, {
    type: 'channel.send',
    connection: replacing.connection,
    message: { kind: 'copy', ...envelopeOf(turn.node), position, state, open, offsets },
  });
  return true;
}

/** @returns false where the connection is another */
export function replacementClosed(turn: Turn, connection: Connection): boolean {
  const replacing = replacingOf(turn.node);
  if (replacing === null || replacing.connection !== connection || !replacing.isOpen) return false;
  advance(turn, { isOpen: false });
  endAttempt(turn);
  return true;
}

export function expireReplacing(turn: Turn): void {
  const due = replacingDue(turn.node);
  if (due !== null && turn.node.now >= due) endAttempt(turn);
}

export function replacingDue(node: NodeState): Instant | null {
  return isAsked(node) ? null : (replacingOf(node)?.deadline ?? null);
}

function endAttempt(turn: Turn): void {
  if (!isAsked(turn.node)) giveUp(turn);
}

/** The backup stays what it was; a replacement that has the copy is told by the record.
 *  spec: pairing.replacement-given-up */
function giveUp(turn: Turn): void {
  leaveReplacement(turn);
  letGuestRun(turn);
  report(turn, turn.node.reported, 'replace-backup');
}

/** It was sent the copy. */
export const isCopied = ({ stage }: Replacing): boolean =>
  stage === 'synchronising' || stage === 'ready';

/** Its connection is closed, and what it waits for is remembered. */
export function leaveReplacement(turn: Turn): void {
  const replacing = replacingOf(turn.node);
  if (replacing === null) return;
  closeReplacement(turn);
  const version = turn.node.record?.version ?? null;
  setOwner(turn, {
    task: null,
    waitedFor: isCopied(replacing) ? version : ownerOf(turn).waitedFor,
  });
}

/** The record names the replacement: the log begins anew, and the old backup is left.
 *  spec: pairing.eligible-when-recorded, pairing.replacement-at-rest */
export function becomeReplaced(turn: Turn): void {
  const replacing = replacingOf(turn.node);
  const { record, rules, config } = turn.node;
  const { log, pairing } = ownerOf(turn);
  assert(replacing !== null && replacing.connection !== null, 'T14: no replacement is under way');
  assert(record !== null && log !== null && pairing !== null, 'T14: no pair is recorded');
  closeChannel(turn);
  restoreShare(turn);
  const { peer, connection, isOpen } = replacing;
  const link = { ...createLink({ peer, epoch: record.epoch, connection }), isOpen };
  setOwner(turn, {
    gate: rules.gateAfterReady(noSequence),
    log: { ...emptyLog, position: log.position },
    pairing: { ...pairing, link, closedAt: noSequence, reopening: null },
    task: { ...replacing, stage: 'welcoming' },
  });
  watchPeer(turn);
  updateLink(turn, { beatAt: after(turn, config.periods.beatInterval) });
  if (isOpen)
    sendHello(turn, { to: peer, connection, next: firstSequence, replaces: replacesNone });
  else updateLink(turn, { suspicion: { cause: 'closed' } });
}

/** The new backup follows: the guest runs again.
 *  @returns false where no replacement is awaited */
export function replacedWelcomed(turn: Turn, isNew: boolean): boolean {
  const task = taskOf(turn.node);
  if (task?.kind !== 'replace-backup' || task.stage !== 'welcoming') return false;
  if (!isNew) {
    faultPeer(turn);
    return true;
  }
  updateLink(turn, { aliveAt: after(turn, turn.node.config.periods.aliveInterval) });
  setOwner(turn, { task: null });
  runGuest(turn);
  report(turn, 'running', 'replace-backup');
  return true;
}

function replacingAt(node: NodeState, stage: Replacing['stage']): Replacing | null {
  const replacing = replacingOf(node);
  return replacing?.stage === stage ? replacing : null;
}

function advance(turn: Turn, patch: Partial<Replacing>): void {
  const replacing = replacingOf(turn.node);
  if (replacing !== null) setOwner(turn, { task: { ...replacing, ...patch } });
}
