// The manager's operations on a live owner: power-off, suspend, turn-off, restart of the backup and
// test failover, each from its refusal to its end. Not the requests: arbitration.ts sends what is
// demanded here. Spec: protocol.md, "Lifecycle".

import { announce, newOwner, retire } from './failover.ts';
import { noSequence, tokenOf } from './gate.ts';
import type { GuestLoaded, OperationName, RefusalCode } from './inputs.ts';
import { letGuestRun, sendEnding } from './logging.ts';
import type { NodeState, Origin, Owner, Task } from './state.ts';
import {
  after,
  emit,
  holdGuest,
  ownerOf,
  report,
  runGuest,
  setOwner,
  setRole,
  type Turn,
} from './turn.ts';

/** T2 or T11 follows from the role.
 *  spec: lifecycle.power-on-by-record, lifecycle.resume-by-record */
export function startTold(turn: Turn, from: Origin): void {
  if (turn.node.role.kind === 'idle') setRole(turn, { kind: 'starting', from });
  else turn.refusal = 'already-started';
}

/** spec: lifecycle.operations-on-owner, lifecycle.refusal-changes-nothing */
export function operationTold(turn: Turn, operation: OperationName): void {
  const code = refusalOf(turn.node, operation);
  if (code !== null) turn.refusal = code;
  else begin(turn, operation);
}

/** Why the manager cannot be obeyed here and now, whatever it asks of a live owner. */
export function generalRefusal({ role, rules }: NodeState): RefusalCode | null {
  if (role.kind === 'powering' || role.kind === 'promoted') return 'not-alone';
  if (role.kind === 'ended' && role.reason === 'power-off') return 'not-alone';
  if (role.kind !== 'owner') return 'not-owner';
  const isExclusive = role.task?.kind !== 'replace-backup' || rules.migratesAlone();
  return role.task !== null && isExclusive ? 'operation-pending' : null;
}

/** Why this operation cannot be carried out, or null. */
export function refusalOf(
  node: NodeState,
  operation: OperationName | 'replace-backup',
): RefusalCode | null {
  const { role, record, request, rules } = node;
  const general = generalRefusal(node);
  if (general !== null || role.kind !== 'owner' || record === null) return general;
  const { phase } = record;
  const isJoining = phase === 'joining' || role.protectWanted !== null;
  const isSuspected = (role.pairing?.link.suspicion ?? null) !== null;
  const isCalm = request === null && !isSuspected;
  return rules.refuseOperation({ operation, phase, isJoining, isCalm });
}

function begin(turn: Turn, operation: OperationName): void {
  switch (operation) {
    case 'power-off':
      stopGuest(turn);
      setOwner(turn, {
        gate: turn.node.rules.gateAtPowerOff(ownerOf(turn).gate),
        task: { kind: 'power-off', isLogged: false },
      });
      break;
    case 'suspend':
      stopGuest(turn);
      setOwner(turn, { task: { kind: 'suspend', stage: 'settling' } });
      break;
    case 'turn-off':
    case 'restart-secondary':
      leaveBackup(turn, operation);
      break;
    case 'test-failover':
      yieldMachine(turn);
      break;
  }
}

/** Alone there is nothing to ask for. */
function leaveBackup(turn: Turn, kind: 'turn-off' | 'restart-secondary'): void {
  const { record, rules } = turn.node;
  if (record !== null && rules.isUnpaired(record.phase)) {
    report(turn, kind === 'turn-off' ? 'notConfigured' : 'needSecondary', kind);
  } else {
    setOwner(turn, { task: { kind } });
  }
}

/** spec: failover.stop-before-yield */
function yieldMachine(turn: Turn): void {
  if (turn.node.rules.stopsBeforeYield()) stopGuest(turn);
  sendEnding(turn, 'yield');
  const deadline = after(turn, turn.node.config.periods.yieldTimeout);
  setOwner(turn, { task: { kind: 'test-failover', deadline, isExpired: false } });
}

/** A guest that is held already, for want of room, stays so. */
export function stopGuest(turn: Turn): void {
  if (turn.node.guest === 'running') holdGuest(turn);
}

/** What the operation under way can do now: the last act of every step but the request. */
export function pursueTask(turn: Turn): void {
  const { role } = turn.node;
  if (role.kind !== 'owner' || role.task === null) return;
  const { task } = role;
  if (task.kind === 'power-off') logPowerOff(turn, task);
  if (task.kind === 'suspend') saveWhenSettled(turn, role, task);
  if (task.kind === 'test-failover') takeBack(turn, task);
  endByRecord(turn);
}

/** Only a record read as `protected` names a pair.
 *  spec: lifecycle.power-off-logged */
function logPowerOff(turn: Turn, task: Task & { kind: 'power-off' }): void {
  const { record, rules } = turn.node;
  if (task.isLogged || record?.phase !== 'protected' || !rules.logsPowerOff()) return;
  sendEnding(turn, 'power-off');
  setOwner(turn, { task: { ...task, isLogged: true } });
}

/** spec: lifecycle.suspend-settles-outputs */
function saveWhenSettled(turn: Turn, owner: Owner, task: Task & { kind: 'suspend' }): void {
  if (task.stage !== 'settling') return;
  if (!isSettled(turn.node, 'suspend')) return;
  const { operations, offsets } = owner;
  setOwner(turn, { task: { ...task, stage: 'saving' } });
  const open = operations.map(({ operation, data }) => ({ operation, data }));
  emit(turn, { type: 'guest.save', token: tokenOf(turn.node), open, offsets });
}

/** Every entry is acknowledged, every output issued, every operation answered. */
export function isSettled(
  { role, rules }: NodeState,
  operation: 'suspend' | 'replace-backup',
): boolean {
  if (role.kind !== 'owner') return false;
  const { sent, acknowledged } = role.log ?? { sent: noSequence, acknowledged: noSequence };
  const operations = role.operations.map(({ condition }) => condition);
  const waiting = role.waiting.length;
  return rules.isSettled({ operation, sent, acknowledged, waiting, operations });
}

/** T11 is about to be asked: the image is the one of the owner that suspended, and of no other that
 *  saved one and lost.
 *  spec: lifecycle.image-by-token */
export function nameImage(turn: Turn): void {
  const { role, record } = turn.node;
  if (role.kind !== 'starting' || record?.phase !== 'suspended') return;
  setRole(turn, { ...role, from: { kind: 'image', token: record.token } });
}

export function guestSaved(turn: Turn, result: 'done' | 'error'): void {
  const { role, reported } = turn.node;
  if (role.kind !== 'owner' || role.task?.kind !== 'suspend') return;
  if (role.task.stage !== 'saving') return;
  if (result === 'done') {
    setOwner(turn, { task: { kind: 'suspend', stage: 'saved' } });
    return;
  }
  setOwner(turn, { task: null });
  letGuestRun(turn);
  report(turn, reported, 'suspend');
}

/** T10 is about to be asked: the gate is shut from here on. */
export function shutForSuspend(turn: Turn): void {
  setOwner(turn, { gate: { position: 'shut' }, task: { kind: 'suspend', stage: 'asked' } });
}

/** spec: failover.yield-not-taken */
function takeBack(turn: Turn, { isExpired }: Task & { kind: 'test-failover' }): void {
  const { record, rules, config } = turn.node;
  if (!isExpired || !rules.mayTakeBack(record, config.self)) return;
  setOwner(turn, { task: null });
  letGuestRun(turn);
}

/** The owner that yielded waited long enough: T7 follows from the task. */
export function expireYield(turn: Turn): void {
  const { role, now } = turn.node;
  if (role.kind !== 'owner' || role.task?.kind !== 'test-failover') return;
  if (now >= role.task.deadline) setOwner(turn, { task: { ...role.task, isExpired: true } });
}

/** Success is what the record says, and nothing is reported before.
 *  spec: lifecycle.power-off-recorded, lifecycle.suspend-recorded */
export function endByRecord(turn: Turn): boolean {
  const { role, record, rules } = turn.node;
  const task = role.kind === 'owner' ? role.task : null;
  if (record === null || task === null) return false;
  const isAsked = task.kind === 'power-off' || (task.kind === 'suspend' && task.stage === 'asked');
  if (!isAsked || !rules.isEnded({ operation: task.kind, phase: record.phase })) return false;
  retire(turn, 'enabled', task.kind);
  return true;
}

/** The image is loaded and the disk is fenced: the machine goes on where it was held. Its operations
 *  were answered, and their completions are part of the image.
 *  spec: lifecycle.resume-synchronises-anew */
export function guestLoaded(turn: Turn, { open, offsets }: GuestLoaded): void {
  const { role } = turn.node;
  if (role.kind !== 'powering' || role.from.kind !== 'image' || role.fence.condition !== 'done')
    return;
  const operations = open.map((one) => ({ ...one, condition: 'answered' as const }));
  setRole(turn, { ...newOwner, offsets, operations });
  announce(turn);
  runGuest(turn);
  report(turn, 'needSecondary', 'resume');
}
