// The ends of a pairing: alone, halted, discarded, or live as the new owner.
// Not the decision, which is the arbiter's: arbitration.ts. Spec: protocol.md, "Failover".

import { type Operation, toCounter } from '../base/counters.ts';
import type { ReportedState } from './effects.ts';
import { issue, release, tokenOf, withCondition } from './gate.ts';
import { fullShare, restoreShare } from './lag.ts';
import { closeChannel, closeReopening, closeReplacement } from './link.ts';
import type { Fence, Origin, Owner, Replay } from './state.ts';
import { holdsGuest } from './task.ts';
import {
  after,
  emit,
  haltGuest,
  ownerOf,
  report,
  runGuest,
  setOwner,
  setRole,
  type Turn,
  update,
} from './turn.ts';

/** The record was read as alone with this owner: the gate opens, recording stops.
 *  spec: failover.alone-after-record */
export function becomeAlone(turn: Turn): void {
  closeReplacement(turn);
  closeReopening(turn);
  const { task } = ownerOf(turn);
  setOwner(turn, { gate: { position: 'open' }, task: task?.kind === 'suspend' ? task : null });
  restoreShare(turn);
  release(turn);
  endPairing(turn);
  if (task?.kind === 'turn-off') report(turn, 'notConfigured', task.kind);
  else report(turn, 'needSecondary', turn.node.record?.reason ?? '');
}

/** The record names no backup any more: nothing is said to one, nothing recorded. */
export function endPairing(turn: Turn): void {
  closeChannel(turn);
  restoreShare(turn);
  stopRecording(turn);
  setOwner(turn, { pairing: null });
}

/** Nobody can become eligible by this log any more; a guest held for it runs again. */
export function stopRecording(turn: Turn): void {
  setOwner(turn, { log: null });
  if (turn.node.guest === 'held' && !holdsGuest(ownerOf(turn).task)) runGuest(turn);
}

/** spec: failover.loser-halts, output.nothing-after-loss */
export function haltLoser(turn: Turn): void {
  closeReplacement(turn);
  closeReopening(turn);
  closeChannel(turn);
  haltGuest(turn, 'superseded');
  setRole(turn, { kind: 'halted' });
  report(turn, 'halted', 'superseded');
}

/** A backup that is none drops its copy and is free for another pairing. */
export function discard(turn: Turn, reason: string): void {
  retire(turn, 'notConfigured', reason);
}

/** The machine is no more here, and the node is idle. */
export function retire(turn: Turn, state: ReportedState, reason: string): void {
  closeChannel(turn);
  if (turn.node.guest !== 'halted') haltGuest(turn, reason);
  update(turn, { guest: 'none', role: { kind: 'idle' }, request: null, readWanted: false });
  report(turn, state, reason);
}

/** T6 is won: seal, fence, and go on consuming.
 *  spec: failover.seal-log, failover.new-epoch */
export function promote(turn: Turn, replay: Replay): void {
  closeChannel(turn);
  if (replay.diverged !== null && turn.node.rules.stopsWhenDiverged()) {
    endMachine(turn, 'diverged');
    return;
  }
  if (replay.ending === 'power-off' && turn.node.rules.endsReplay()) {
    endMachine(turn, 'power-off');
    return;
  }
  const fence: Fence = { condition: turn.node.rules.fencesFirst() ? 'asked' : 'done' };
  setRole(turn, { kind: 'promoted', replay, fence });
  if (fence.condition === 'asked') requestFence(turn);
  goLiveWhenReady(turn);
}

/** spec: storage.new-owner-fences */
export function requestFence(turn: Turn): void {
  const token = tokenOf(turn.node);
  emit(turn, { type: 'disk.request', operation: fenceOperation, token, action: { type: 'fence' } });
}

/** The disk answered the fence, for a machine powered on or taken over. */
export function fenceAnswered(turn: Turn, result: 'done' | 'fenced' | 'error'): void {
  const { role } = turn.node;
  if (role.kind !== 'powering' && role.kind !== 'promoted') return;
  if (role.fence.condition !== 'asked') return;
  if (result === 'fenced') update(turn, { readWanted: true });
  setRole(turn, { ...role, fence: fenceAfter(turn, result) });
  goLiveWhenReady(turn);
}

function fenceAfter(turn: Turn, result: 'done' | 'fenced' | 'error'): Fence {
  if (result === 'done') return { condition: 'done' };
  return { condition: 'failed', retryAt: after(turn, turn.node.config.periods.arbiterRetry) };
}

export function retryFence(turn: Turn): void {
  const { role, now } = turn.node;
  if (role.kind !== 'powering' && role.kind !== 'promoted') return;
  if (role.fence.condition !== 'failed' || now < role.fence.retryAt) return;
  setRole(turn, { ...role, fence: { condition: 'asked' } });
  requestFence(turn);
}

/** Begins to run once the disk is fenced and the log consumed, and not before.
 *  spec: failover.fence-before-live, failover.consume-before-live */
export function goLiveWhenReady(turn: Turn): void {
  const { role, rules } = turn.node;
  if (role.kind === 'powering' && role.fence.condition === 'done') powerUp(turn, role.from);
  if (role.kind !== 'promoted' || role.fence.condition !== 'done') return;
  if (rules.isConsumed(role.replay)) goLive(turn, role.replay);
}

function powerUp(turn: Turn, from: Origin): void {
  if (from.kind === 'image') {
    emit(turn, { type: 'guest.load', token: from.token ?? tokenOf(turn.node) });
    return;
  }
  setRole(turn, newOwner);
  runGuest(turn);
  report(turn, 'needSecondary', 'start');
}

/** The machine may have lived elsewhere until now.
 *  spec: failover.announce-address */
export function announce(turn: Turn): void {
  if (turn.node.rules.announces()) emit(turn, { type: 'address.announce' });
}

/** spec: failover.reissue-open-operations, output.reissue-after-takeover */
function goLive(turn: Turn, replay: Replay): void {
  const { offsets, operations } = replay;
  setRole(turn, { ...newOwner, offsets, operations });
  announce(turn);
  reissueOperations(turn);
  for (const output of replay.outputs) {
    if (output.channel === 'disk') continue;
    const { channel, seq } = output;
    const { rules, config } = turn.node;
    const { network } = config;
    const { watermark } = replay;
    if (rules.emitsAfterTakeover({ channel, seq, watermark, network })) issue(turn, output);
  }
  runGuest(turn);
  report(turn, 'needSecondary', 'lost-connection');
}

function reissueOperations(turn: Turn): void {
  const { operations } = ownerOf(turn);
  const chosen = turn.node.rules.reissues(operations.map(({ operation }) => operation));
  const token = tokenOf(turn.node);
  for (const { operation, data } of operations) {
    if (!chosen.includes(operation)) continue;
    const current = ownerOf(turn).operations;
    setOwner(turn, { operations: withCondition(current, operation, 'issued') });
    emit(turn, { type: 'disk.request', operation, token, action: { type: 'write', data } });
  }
}

/** An owner that cannot go live, or must not: T12 follows from the role, and the guest never runs.
 *  spec: divergence.never-live, failover.end-when-unable, lifecycle.power-off-finished-by-backup */
export function endMachine(turn: Turn, reason: 'diverged' | 'power-off'): void {
  setRole(turn, { kind: 'ended', reason });
  haltGuest(turn, reason);
  if (reason === 'diverged') report(turn, 'halted', reason);
}

/** T12 is resolved: a machine that was to be off is off. */
export function resolveEnd(turn: Turn, reason: 'diverged' | 'power-off'): void {
  if (reason === 'power-off' && turn.node.record?.phase === 'off') {
    retire(turn, 'enabled', reason);
    return;
  }
  setRole(turn, { kind: 'halted' });
  if (reason === 'power-off') report(turn, 'halted', 'superseded');
}

/** The fence is no operation of the guest, whose operations count from 1. */
export const fenceOperation: Operation = toCounter<Operation>(0n);

export const newOwner: Owner = {
  kind: 'owner',
  gate: { position: 'open' },
  log: null,
  waiting: [],
  offsets: {
    network: toCounter(0n),
    console: toCounter(0n),
    disk: toCounter(0n),
  },
  operations: [],
  protectWanted: null,
  pairing: null,
  share: fullShare,
  waitedFor: null,
  task: null,
};
