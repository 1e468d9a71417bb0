// Requests to the arbiter: at most one unresolved, sent again until a record is read, and what that
// record decides. Not the arbiter. Spec: protocol.md, "Arbitration".

import { assert } from '../base/assert.ts';
import { type Epoch, greater, successor, toCounter, type Version } from '../base/counters.ts';
import {
  becomeAlone,
  discard,
  endPairing,
  haltLoser,
  promote,
  requestFence,
  resolveEnd,
  retire,
} from './failover.ts';
import type { Incarnation } from './incarnation.ts';
import type { ArbiterAnswered } from './inputs.ts';
import { endByRecord, nameImage, pursueTask, shutForSuspend } from './lifecycle.ts';
import { linkOf, watchPeer } from './link.ts';
import { beginJoining } from './pairing.ts';
import { pursueReopening } from './reconnecting.ts';
import {
  type ArbiterRecord,
  end,
  giveUp,
  goAlone,
  join,
  powerOff,
  powerOn,
  protect,
  renounce,
  replace,
  resume,
  type Standing,
  suspend,
  takeOver,
  touch,
} from './record.ts';
import { isWaiting, mustAsk, resolveReplacement } from './replacement.ts';
import { becomeReplaced, isCopied, pursueReplacing, restUntilRead } from './replacing.ts';
import type { Backup, NodeState, Origin, Owner, Request, RequestKind } from './state.ts';
import { isEnding, leavesBackup, replacingOf } from './task.ts';
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
    case 'replace': {
      const peer = replacingOf(node)?.peer;
      assert(peer !== undefined, 'replace: no replacement is under way');
      return { ...replace(record, self, peer), ...node.rules.namedByReplacing({ self, peer }) };
    }
    case 'touch':
      return touch(record, self);
    case 'renounce':
      return renounce(record, self);
    case 'power-off':
      return powerOff(record, self);
    case 'suspend':
      return suspend(record, self);
    case 'resume':
      return resume(record, self);
    case 'end':
      return end(record, self, role.kind === 'ended' ? role.reason : 'diverged');
  }
}

function aloneReason({ role }: NodeState): string {
  const { task, pairing } = role.kind === 'owner' ? role : { task: null, pairing: null };
  if (task?.kind === 'turn-off' || task?.kind === 'restart-secondary') return task.kind;
  const suspicion = pairing?.link.suspicion;
  return suspicion?.cause === 'diverged' ? 'diverged' : 'lost-backup';
}

function resolve(turn: Turn, request: Request): void {
  const { role, rules, record, config } = turn.node;
  const { proposed } = request;
  const standing = rules.outcome({ record, self: config.self, proposed });
  switch (role.kind) {
    case 'starting':
      resolveStart(turn, role.from, standing);
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
      if (standing !== 'owner-alone') resolveEnd(turn, role.reason);
      break;
    case 'idle':
    case 'halted':
      break;
  }
}

/** T2 or T11 is asked again until the record names an owner. */
function resolveStart(turn: Turn, from: Origin, standing: Standing): void {
  const phase = turn.node.record?.phase ?? 'off';
  if (standing === 'owner-alone') {
    becomePowering(turn, from);
  } else if (phase !== (from.kind === 'boot' ? 'off' : 'suspended')) {
    setRole(turn, { kind: 'idle' });
    report(turn, 'notConfigured', 'superseded');
  }
}

/** A new owner fences before its guest runs. */
function becomePowering(turn: Turn, from: Origin): void {
  setRole(turn, { kind: 'powering', from, fence: { condition: 'asked' } });
  requestFence(turn);
}

function resolveOwner(turn: Turn, request: Request, standing: Standing): void {
  if (endByRecord(turn)) return;
  if (turn.node.rules.mustHalt(standing)) {
    haltLoser(turn);
    return;
  }
  const { kind } = request;
  if (isEnding(ownerOf(turn).task)) {
    if (standing === 'owner-alone' && ownerOf(turn).pairing !== null) endPairing(turn);
    if (standing === 'owner-protected' && linkOf(turn.node)?.watch === null) watchPeer(turn);
    return;
  }
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
    if (kind === 'replace') resolveReplace(turn);
    if (kind === 'touch' && isWaitedFor(turn.node)) sendRequest(turn, 'touch');
  }
}

/** T15 is asked again until the version is higher. */
function isWaitedFor({ role, record }: NodeState): boolean {
  return role.kind === 'owner' && role.waitedFor !== null && role.waitedFor === record?.version;
}

/** T14 is asked again until the record names the replacement. */
function resolveReplace(turn: Turn): void {
  const isReplaced = turn.node.record?.backup === replacingOf(turn.node)?.peer;
  if (isReplaced) becomeReplaced(turn);
  else sendRequest(turn, 'replace');
}

/** spec: pairing.eligible-when-recorded */
function becomeProtected(turn: Turn): void {
  watchPeer(turn);
  report(turn, 'running', 'protect');
}

/** spec: failover.read-before-discard, failover.promoted-after-record */
function resolveBackup(turn: Turn, backup: Backup, request: Request, standing: Standing): void {
  const { record, config } = turn.node;
  const { periods } = config;
  if (backup.replacement !== null && isWaiting(backup)) {
    if (resolveReplacement(turn, backup, backup.replacement)) resolveEligible(turn, request);
    return;
  }
  const isSameEpoch = record?.epoch === backup.link.epoch;
  if (standing === 'owner-alone' && backup.replay !== null) {
    promote(turn, backup.replay);
  } else if (standing === 'backup-protected' && isSameEpoch) {
    resolveEligible(turn, request);
  } else if (standing === 'backup-joining' && isSameEpoch) {
    if (!backup.link.isOpen) discard(turn, 'lost-connection');
    else setRole(turn, { ...backup, readAgainAt: after(turn, periods.arbiterRetry) });
  } else if (record?.phase === 'off' && holdsPowerOff(backup)) {
    retire(turn, 'enabled', 'power-off');
  } else {
    discard(turn, 'superseded');
  }
}

/** A T6 or T9 of its own is resolved before anything else; a divergence renounces; else T6, or T9
 *  for a machine to be switched off, follows where the suspicion stands or the owner yielded.
 *  spec: lifecycle.power-off-finished-by-backup, failover.yield-needs-no-timeout */
function resolveEligible(turn: Turn, request: Request): void {
  if (request.kind === 'take-over' || request.kind === 'power-off') {
    sendRequest(turn, request.kind);
    return;
  }
  const { role, rules } = turn.node;
  if (role.kind !== 'backup' || role.replay === null) return;
  if (hasStopped(turn.node, role)) {
    sendRequest(turn, 'renounce');
  } else if (role.link.suspicion !== null || hasYielded(turn.node, role)) {
    const isOff = holdsPowerOff(role) && rules.finishesPowerOff();
    sendRequest(turn, isOff ? 'power-off' : 'take-over');
  }
}

function holdsPowerOff({ replay }: Backup): boolean {
  return replay?.ending === 'power-off';
}

/** The backup's guest consumed the owner's yield, and its node obeys that. */
function hasYielded({ rules }: NodeState, { replay }: Backup): boolean {
  if (replay?.ending !== 'yield' || !rules.obeysYield()) return false;
  return replay.applied === replay.held;
}

/** The backup's guest contradicted the log, and its node obeys that. */
function hasStopped(node: NodeState, { replay }: Backup): boolean {
  return replay !== null && replay.diverged !== null && node.rules.stopsWhenDiverged();
}

/** Sends what the state demands, if no request is unresolved: the last act of every step. */
export function pursue(turn: Turn): void {
  const { role, rules, record, config } = turn.node;
  if (role.kind === 'backup' && role.replay !== null && role.link.suspicion !== null) {
    if (rules.mayGoLive(record, config.self)) promote(turn, role.replay);
  }
  if (role.kind === 'starting' && role.from.kind === 'image') {
    if (rules.mayRunImage(record, config.self)) becomePowering(turn, role.from);
  }
  pursueTask(turn);
  pursueReplacing(turn);
  pursueReopening(turn);
  if (turn.node.request !== null) return;
  const kind = wanted(turn.node);
  if (kind === 'suspend') shutForSuspend(turn);
  if (kind === 'resume') nameImage(turn);
  if (kind !== null) sendRequest(turn, kind);
  if (kind === 'replace') restUntilRead(turn);
}

function wanted(node: NodeState): RequestKind | null {
  const { role, record, readWanted } = node;
  const otherwise = readWanted ? 'read' : null;
  switch (role.kind) {
    case 'starting':
      return wantedToStart(role.from, record);
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

/** Only what may be there is asked for unread. */
function wantedToStart(from: Origin, record: ArbiterRecord | null): RequestKind {
  if (from.kind === 'image') return record?.phase === 'suspended' ? 'resume' : 'read';
  return record === null || record.phase === 'off' ? 'power-on' : 'read';
}

/** A suspicion, a divergence or a yield leads to a read; one that decided nothing is repeated after R. */
function mustRead(node: NodeState, backup: Backup): boolean {
  const { link, readAgainAt } = backup;
  const isWaiting = readAgainAt !== null && node.now < readAgainAt;
  if (isWaiting) return false;
  if (mustAsk(node.now, backup)) return true;
  return link.suspicion !== null || hasStopped(node, backup) || hasYielded(node, backup);
}

/** spec: arbitration.only-named-may-ask */
function wantedByOwner(node: NodeState): RequestKind | null {
  const { role, record, rules, config } = node;
  if (role.kind !== 'owner' || record?.owner !== config.self) return null;
  const { pairing, log, protectWanted, task } = role;
  if (task !== null && isEnding(task)) return task.kind === 'power-off' ? 'power-off' : 'suspend';
  if (record.phase === 'alone' && protectWanted !== null) return 'join';
  if (record.phase === 'protected' && mustLeave(role)) return 'go-alone';
  if (task?.kind === 'suspend' && task.stage === 'saved') return 'suspend';
  if (record.phase === 'protected') {
    if (mayReplace(node)) return 'replace';
    return isWaitedFor(node) && rules.touchesRecord() ? 'touch' : null;
  }
  if (pairing === null || record.phase !== 'joining') return null;
  if (pairing.givenUp) return 'give-up';
  if (pairing.closedAt === null || log === null) return null;
  const { closedAt } = pairing;
  return rules.mayProtect({ closedAt, acknowledged: log.acknowledged }) ? 'protect' : null;
}

function mayReplace(node: NodeState): boolean {
  const replacing = replacingOf(node);
  if (replacing === null) return false;
  const isReady = replacing.stage === 'ready';
  return node.rules.mayReplace({ isReady, isCopied: isCopied(replacing) });
}

function mustLeave({ pairing, task }: Owner): boolean {
  return pairing !== null && (pairing.link.suspicion !== null || leavesBackup(task));
}
