// What an operation of the manager that is under way means to the rest of its owner.
// Not its procedure: lifecycle.ts. Spec: protocol.md, "Lifecycle".

import type { NodeState, Replacing, Task } from './state.ts';

export function taskOf({ role }: NodeState): Task | null {
  return role.kind === 'owner' ? role.task : null;
}

/** The guest stays held, whatever else would let it run. */
export function holdsGuest(task: Task | null): boolean {
  const kind = task?.kind;
  const isLetRun = kind === undefined || kind === 'turn-off' || kind === 'restart-secondary';
  return !isLetRun;
}

/** The way of a replacement that the record does not name yet. */
export function replacingOf(node: NodeState): Replacing | null {
  const task = taskOf(node);
  return task?.kind === 'replace-backup' && task.stage !== 'welcoming' ? task : null;
}

/** The machine ends: no record read as owner opens the gate or changes what is asked. */
export function isEnding(task: Task | null): boolean {
  return task?.kind === 'power-off' || (task?.kind === 'suspend' && task.stage === 'asked');
}

/** T7 follows, though nobody is suspected. */
export function leavesBackup(task: Task | null): boolean {
  if (task?.kind === 'test-failover') return task.isExpired;
  return task?.kind === 'turn-off' || task?.kind === 'restart-secondary';
}
