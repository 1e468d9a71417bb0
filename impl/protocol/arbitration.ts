// Requests to the arbiter: at most one unresolved, sent again until a record is read, and what that
// record decides. Not the arbiter. Spec: protocol.md, "Arbitration".

import { assert } from '../base/assert.ts';
import { type Epoch, greater, successor, toCounter, type Version } from '../base/counters.ts';
import { becomeAlone, discard, haltLoser, promote, requestFence } from './failover.ts';
import type { Incarnation } from './incarnation.ts';
import type { ArbiterAnswered } from './inputs.ts';
import { updateLink } from './link.ts';
import { beginJoining } from './pairing.ts';
import {
  type ArbiterRecord,
  end,
  giveUp,
  goAlone,
  join,
  powerOn,
  protect,
  renounce,
  type Standing,
  takeOver,
} from './record.ts';
import type { Backup, NodeState, Request, RequestKind } from './state.ts';
import { after, emit, ownerOf, report, setRole, type Turn, update } from './turn.ts';

/** spec: arbitration.unresolved-request */
export function sendRequest(turn: Turn, kind: RequestKind): void {
  const { node } = turn;
  const nonce = successor(node.nonce);
  const proposed = kind === 'read' ? null : proposal(node, kind);
  const retryAt = after(turn, node.config.periods.arbiterRetry);
  update(turn, { nonce, request: { kind, nonce, proposed, isOutstanding: true, retryAt } });
  if (proposed === null) {
    emit(turn, { type: 'arbiter.request', nonce, action: { type: 'read' } });
    return;
  }
  const version = node.record?.version ?? toCounter<Version>(0n);
  emit(turn, {
    type: 'arbiter.request',
    nonce,
    action: { type: 'swap', version, record: proposed },
  });
}

/** A request unanswered or failed for R is sent again.
 *  spec: arbitration.wait-while-unreachable */
export function retryRequest(turn: Turn): void {
  const { request, now } = turn.node;
  if (request === null || now < request.retryAt) return;
  sendRequest(turn, request.kind);
}

export function arbiterFailed(turn: Turn, nonce: bigint): void {
  const { request } = turn.node;
  if (request === null || request.nonce !== nonce) return;
  update(turn, { request: { ...request, isOutstanding: false } });
}

/** spec: arbitration.outcome-by-reading, arbitration.older-version-is-unreachable */
export function arbiterAnswered(turn: Turn, { nonce, record }: ArbiterAnswered): void {
  const { role, request, rules, config, epochSeen } = turn.node;
  if (request === null || !request.isOutstanding || request.nonce !== nonce) return;
  const isOther = record !== null && record.vm !== config.vm;
  const pairedAt = role.kind === 'backup' ? role.link.epoch : toCounter<Epoch>(0n);
  const isCurrent = rules.isCurrent({ answer: record, read: turn.node.record, pairedAt });
  if (isOther || !isCurrent) {
    arbiterFailed(turn, nonce);
    return;
  }
  const seen = record === null ? epochSeen : greater(epochSeen, epochBefore(record, config.self));
  update(turn, { record, epochSeen: seen, request: null, readWanted: false });
  resolve(turn, request);
}

/** The epoch up to which a hello is stale: the joining that names this node is still to say its. */
function epochBefore(record: ArbiterRecord, self: Incarnation): Epoch {
  const isAwaited = record.phase === 'joining' && record.backup === self;
  return isAwaited ? toCounter<Epoch>(record.epoch - 1n) : record.epoch;
}

/** The record that each kind proposes, from the record last read. */
function proposal(node: NodeState, kind: Exclude<RequestKind, 'read'>): ArbiterRecord {
  const { record, role, config } = node;
  const { self, vm } = config;
  if (kind === 'power-on') return powerOn(record, vm, self);
  assert(record !== null, `${kind}: asked before any record was read`);
  switch (kind) {
    case 'join': {
      const peer = role.kind === 'owner' ? role.protectWanted : null;
      assert(peer !== null, 'join: no peer was named');
      return join(record, self, peer);
    }
    case 'protect':
      return protect(record, self);
    case 'give-up':
      return giveUp(record, self);
    case 'take-over':
      return takeOver(record, self);
    case 'go-alone':
      return goAlone(record, self, aloneReason(node));
    case 'renounce':
      return renounce(record, self);
    case 'end':
      return end(record, self);
  }
}

function aloneReason({ role }: NodeState): string {
  const suspicion = role.kind === 'owner' ? role.pairing?.link.suspicion : null;
  return suspicion?.cause === 'diverged' ? 'diverged' : 'lost-backup';
}

function resolve(turn: Turn, request: Request): void {
  const { role, rules, record, config } = turn.node;
  const { proposed } = request;
  const standing = rules.outcome({ record, self: config.self, proposed });
  switch (role.kind) {
    case 'starting':
      resolveStart(turn, request, standing);
      break;
    case 'owner':
      resolveOwner(turn, request, standing);
      break;
    case 'backup':
      resolveBackup(turn, role, request, standing);
      break;
    case 'powering':
    case 'promoted':
      if (rules.mustHalt(standing)) haltLoser(turn);
      break;
    case 'ended':
      if (standing !== 'owner-alone') setRole(turn, { kind: 'halted' });
      break;
    case 'idle':
    case 'halted':
      break;
  }
}

/** T2, until the record names an owner. A new owner fences before its guest runs. */
function resolveStart(turn: Turn, request: Request, standing: Standing): void {
  const { record } = turn.node;
  if (standing === 'owner-alone') {
    setRole(turn, { kind: 'powering', fence: { condition: 'asked' } });
    requestFence(turn);
  } else if (record === null) {
    waitAndRepeat(turn, request);
  } else if (record.phase === 'off') {
    sendRequest(turn, 'power-on');
  } else {
    setRole(turn, { kind: 'idle' });
    report(turn, 'notConfigured', 'superseded');
  }
}

function resolveOwner(turn: Turn, request: Request, standing: Standing): void {
  if (turn.node.rules.mustHalt(standing)) {
    haltLoser(turn);
    return;
  }
  const { kind } = request;
  if (standing === 'owner-alone') {
    if (kind === 'join') sendRequest(turn, 'join');
    else if (ownerOf(turn).pairing !== null) becomeAlone(turn);
  }
  if (standing === 'owner-joining') {
    if (kind === 'join') beginJoining(turn);
    if (kind === 'protect' || kind === 'give-up') sendRequest(turn, kind);
  }
  if (standing === 'owner-protected') {
    if (kind === 'protect') becomeProtected(turn);
    if (kind === 'give-up' || kind === 'go-alone') sendRequest(turn, 'go-alone');
  }
}

/** spec: pairing.eligible-when-recorded */
function becomeProtected(turn: Turn): void {
  const { now } = turn.node;
  updateLink(turn, { watch: { datagramAt: now, channelAt: now } });
  report(turn, 'running', 'protect');
}

/** spec: failover.read-before-discard, failover.promoted-after-record */
function resolveBackup(turn: Turn, backup: Backup, request: Request, standing: Standing): void {
  const { record, config } = turn.node;
  const { periods } = config;
  const isSameEpoch = record?.epoch === backup.link.epoch;
  if (standing === 'owner-alone' && backup.replay !== null) {
    promote(turn, backup.replay);
  } else if (standing === 'backup-protected' && isSameEpoch) {
    resolveEligible(turn, request);
  } else if (standing === 'backup-joining' && isSameEpoch) {
    if (!backup.link.isOpen) discard(turn, 'lost-connection');
    else setRole(turn, { ...backup, readAgainAt: after(turn, periods.arbiterRetry) });
  } else {
    discard(turn, 'superseded');
  }
}

/** A T6 of its own is resolved before anything else; a divergence renounces; else T6 follows
 *  where the suspicion stands. */
function resolveEligible(turn: Turn, request: Request): void {
  if (request.kind === 'take-over') {
    sendRequest(turn, 'take-over');
    return;
  }
  const { role } = turn.node;
  if (role.kind !== 'backup' || role.replay === null) return;
  if (hasStopped(turn.node, role)) sendRequest(turn, 'renounce');
  else if (role.link.suspicion !== null) sendRequest(turn, 'take-over');
}

/** Nothing was decided: the same is asked again when R has passed. */
function waitAndRepeat(turn: Turn, request: Request): void {
  update(turn, { request: { ...request, isOutstanding: false } });
}

/** The backup's guest contradicted the log, and its node obeys that. */
function hasStopped(node: NodeState, { replay }: Backup): boolean {
  return replay !== null && replay.diverged !== null && node.rules.stopsWhenDiverged();
}

/** Sends what the state demands, if no request is unresolved: the last act of every step. */
export function pursue(turn: Turn): void {
  const { role, rules, record, config, request } = turn.node;
  if (role.kind === 'backup' && role.replay !== null && role.link.suspicion !== null) {
    if (rules.mayGoLive(record, config.self)) promote(turn, role.replay);
  }
  if (request !== null) return;
  const kind = wanted(turn.node);
  if (kind !== null) sendRequest(turn, kind);
}

function wanted(node: NodeState): RequestKind | null {
  const { role, record, readWanted } = node;
  const otherwise = readWanted ? 'read' : null;
  switch (role.kind) {
    case 'starting':
      return record === null || record.phase === 'off' ? 'power-on' : 'read';
    case 'owner':
      return wantedByOwner(node) ?? otherwise;
    case 'backup':
      return mustRead(node, role) ? 'read' : otherwise;
    case 'ended':
      return 'end';
    case 'powering':
    case 'promoted':
      return otherwise;
    case 'idle':
    case 'halted':
      return null;
  }
}

/** A suspicion or a divergence leads to a read; one that decided nothing is repeated after R. */
function mustRead(node: NodeState, backup: Backup): boolean {
  const { link, readAgainAt } = backup;
  const isWaiting = readAgainAt !== null && node.now < readAgainAt;
  return !isWaiting && (link.suspicion !== null || hasStopped(node, backup));
}

function wantedByOwner({ role, record, rules }: NodeState): RequestKind | null {
  if (role.kind !== 'owner' || record === null) return null;
  const { pairing, log, protectWanted } = role;
  if (record.phase === 'alone') return protectWanted === null ? null : 'join';
  if (pairing === null) return null;
  if (record.phase === 'protected') return pairing.link.suspicion === null ? null : 'go-alone';
  if (pairing.givenUp) return 'give-up';
  if (pairing.closedAt === null || log === null) return null;
  const { closedAt } = pairing;
  return rules.mayProtect({ closedAt, acknowledged: log.acknowledged }) ? 'protect' : null;
}
