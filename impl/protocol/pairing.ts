// The pairing of an owner with a backup, from `manager.protect` to readiness for T4, on both sides.
// Not the requests: arbitration.ts sends them when what is here demands one.
// Spec: protocol.md, "Pairing".

import { assert } from '../base/assert.ts';
import { type Connection, greater } from '../base/counters.ts';
import { noSequence } from './gate.ts';
import type { Incarnation } from './incarnation.ts';
import type { ChannelOpened, Input } from './inputs.ts';
import { emptyLog } from './lag.ts';
import { generalRefusal } from './lifecycle.ts';
import {
  createLink,
  envelopeOf,
  firstSequence,
  nextConnection,
  replacesNone,
  seeConnection,
  sendChannel,
  sendHello,
  updateLink,
  watchPeer,
} from './link.ts';
import type { Copy, Hello, Welcome } from './messages.ts';
import { greetAgain, reopened } from './reconnecting.ts';
import { greetReplacement, waitForRecord } from './replacement.ts';
import { replacedWelcomed, replacementCopied, replacementOpened } from './replacing.ts';
import type { Backup, OperationState, Pairing, Replacement } from './state.ts';
import { abandonJoining, faultPeer, isGivable } from './suspicion.ts';
import { isEnding } from './task.ts';
import { after, emit, ownerOf, report, setOwner, setRole, type Turn, update } from './turn.ts';

/** spec: lifecycle.operations-on-owner, pairing.distinct-hosts,
 *  protection.new-backup-after-go-live */
export function protectTold(turn: Turn, peer: Incarnation): void {
  const { record, rules, config } = turn.node;
  const general = generalRefusal(turn.node);
  if (general !== null) {
    turn.refusal = general;
  } else if (record?.phase !== 'alone' || ownerOf(turn).protectWanted !== null) {
    turn.refusal = 'not-alone';
  } else if (!rules.mayPair(config.self, peer)) {
    turn.refusal = 'same-host';
  } else {
    setOwner(turn, { protectWanted: peer });
  }
}

/** The record was read as joining: only now is the epoch used.
 *  spec: pairing.epoch-before-first-entry */
export function beginJoining(turn: Turn): void {
  const { record, config } = turn.node;
  assert(record?.phase === 'joining', 'pairing: expected the record to be joining');
  const connection = nextConnection(turn.node);
  seeConnection(turn, connection);
  const link = createLink({ peer: record.backup, epoch: record.epoch, connection });
  const deadline = after(turn, config.periods.joinTimeout);
  setOwner(turn, {
    protectWanted: null,
    pairing: { link, stage: 'opening', deadline, givenUp: false, closedAt: null, reopening: null },
  });
  emit(turn, { type: 'channel.open', peer: record.backup, connection });
  report(turn, 'starting', 'protect');
}

export function channelOpened(turn: Turn, input: ChannelOpened): void {
  seeConnection(turn, input.connection);
  if (reopened(turn, input)) return;
  const pairing = joiningOf(turn, 'opening');
  if (pairing === null) {
    replacementOpened(turn, input);
    return;
  }
  const { link } = pairing;
  if (input.connection !== link.connection || input.peer !== link.peer) return;
  setStage(turn, 'greeting');
  updateLink(turn, { beatAt: after(turn, turn.node.config.periods.beatInterval) });
  const { peer: to, connection } = link;
  sendHello(turn, { to, connection, next: firstSequence, replaces: replacesNone });
}

/** spec: pairing.welcome-next-sequence */
export function welcomeArrived(turn: Turn, message: Welcome): void {
  if (replacedWelcomed(turn, message.next === firstSequence)) return;
  if (joiningOf(turn, 'greeting') === null) return;
  if (message.next !== firstSequence) {
    faultPeer(turn);
    return;
  }
  setStage(turn, 'copying');
  updateLink(turn, { aliveAt: after(turn, turn.node.config.periods.aliveInterval) });
  emit(turn, { type: 'guest.copy' });
}

export function refuseArrived(turn: Turn): void {
  const { role } = turn.node;
  const pairing = role.kind === 'owner' ? role.pairing : null;
  if (pairing !== null && isGivable(turn.node, pairing)) abandonJoining(turn);
}

/** From the copy's position on everything is recorded.
 *  spec: pairing.exact-copy */
export function guestCopied(turn: Turn, input: Input & { type: 'guest.copied' }): void {
  if (replacementCopied(turn, input) || joiningOf(turn, 'copying') === null) return;
  const { position, state } = input;
  const { operations, offsets } = ownerOf(turn);
  const open = operations.map(({ operation, data }) => ({ operation, data }));
  setStage(turn, 'synchronising');
  setOwner(turn, { log: { ...emptyLog, position } });
  const envelope = envelopeOf(turn.node);
  sendChannel(turn, { kind: 'copy', ...envelope, position, state, open, offsets });
}

/** The gate closes at G, the last sequence assigned; T4 waits until all up to G is acknowledged.
 *  spec: pairing.drain-before-protect */
export function readyArrived(turn: Turn): void {
  const pairing = joiningOf(turn, 'synchronising');
  const { log } = ownerOf(turn);
  if (pairing === null || log === null) return;
  setOwner(turn, {
    gate: turn.node.rules.gateAfterReady(log.sent),
    pairing: { ...pairing, stage: 'ready', closedAt: log.sent },
  });
}

/** spec: pairing.hello-checks */
export function helloArrived(turn: Turn, connection: Connection, hello: Hello): void {
  if (greetReplacement(turn, connection, hello) || greetAgain(turn, connection, hello)) return;
  const { role, rules, config, epochSeen } = turn.node;
  const { self, vm, configuration } = config;
  // A machine that diverged is halted; one that is still to be switched off is its owner's.
  const isEnded = role.kind === 'ended' && role.reason === 'diverged';
  const isFree = role.kind === 'idle' || role.kind === 'halted' || isEnded;
  const facts = { hello, connection, self, vm, configuration, isFree, epochSeen };
  const code = rules.refuseHello(facts);
  if (code !== null) {
    const envelope = { vm, epoch: hello.epoch, from: self };
    emit(turn, {
      type: 'channel.send',
      connection,
      message: { kind: 'refuse', ...envelope, code },
    });
    return;
  }
  becomeBackup(turn, connection, hello);
}

/** spec: heartbeat.send-every-interval */
function becomeBackup(turn: Turn, connection: Connection, hello: Hello): void {
  const { periods } = turn.node.config;
  const link = createLink({ peer: hello.from, epoch: hello.epoch, connection });
  const speaking = {
    beatAt: after(turn, periods.beatInterval),
    aliveAt: after(turn, periods.aliveInterval),
  };
  const { replaces } = hello;
  const replacement: Replacement | null =
    replaces === replacesNone
      ? null
      : { replaces, deadline: null, isGreeted: false, isNamed: false };
  setRole(turn, {
    kind: 'backup',
    link: replacement === null ? { ...link, ...speaking } : link,
    replay: null,
    readAgainAt: null,
    replacement,
  });
  const seen = greater(turn.node.epochSeen, hello.epoch);
  update(turn, { epochSeen: seen, request: null, guest: 'none' });
  sendChannel(turn, { kind: 'welcome', ...envelopeOf(turn.node), next: firstSequence });
}

/** spec: pairing.exact-copy */
export function copyArrived(turn: Turn, backup: Backup, copy: Copy): void {
  if (backup.replay !== null) return;
  const { position, state, offsets } = copy;
  const operations: OperationState[] = copy.open.map((one) => ({ ...one, condition: 'held' }));
  setRole(turn, {
    ...backup,
    replay: { ...emptyReplay, position, offsets, operations },
  });
  update(turn, { guest: 'replaying' });
  emit(turn, { type: 'guest.restore', position, state });
  sendChannel(turn, { kind: 'ready', ...envelopeOf(turn.node) });
  if (backup.replacement === null) watchPeer(turn);
  else waitForRecord(turn);
}

/** The joining that stands at this stage, goes on and was not given up, or null. */
function joiningOf(turn: Turn, stage: Pairing['stage']): Pairing | null {
  const { role } = turn.node;
  if (role.kind !== 'owner' || role.pairing === null || isEnding(role.task)) return null;
  const { pairing } = role;
  return pairing.stage === stage && !pairing.givenUp ? pairing : null;
}

function setStage(turn: Turn, stage: Pairing['stage']): void {
  const { pairing } = ownerOf(turn);
  if (pairing !== null) setOwner(turn, { pairing: { ...pairing, stage } });
}

const emptyReplay = {
  held: noSequence,
  acknowledged: noSequence,
  applied: noSequence,
  watermark: noSequence,
  backlog: [],
  outputs: [],
  diverged: null,
  ending: null,
};
