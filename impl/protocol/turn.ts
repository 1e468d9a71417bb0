// One step in the making: the state as it stands so far, and the effects in order of duty.
// Never seen outside: node.ts makes one a step, and drops it. Spec: protocol.md, "Node".

import { assert } from '../base/assert.ts';
import { type Instant, toCounter } from '../base/counters.ts';
import type { Effect, ReportedState } from './effects.ts';
import type { RefusalCode } from './inputs.ts';
import type { NodeState, Owner, Role } from './state.ts';

export interface Turn {
  /** The value is replaced, never changed. */
  node: NodeState;
  readonly effects: Effect[];
  refusal: RefusalCode | undefined;
}

export function emit(turn: Turn, ...effects: readonly Effect[]): void {
  turn.effects.push(...effects);
}

export function update(turn: Turn, patch: Partial<NodeState>): void {
  turn.node = { ...turn.node, ...patch };
}

export function setRole(turn: Turn, role: Role): void {
  update(turn, { role });
}

/** The owner that this node must be where its caller stands. */
export function ownerOf(turn: Turn): Owner {
  const { role } = turn.node;
  assert(role.kind === 'owner', `expected an owner, got ${role.kind}`);
  return role;
}

export function setOwner(turn: Turn, patch: Partial<Owner>): void {
  setRole(turn, { ...ownerOf(turn), ...patch });
}

export function after(turn: Turn, period: bigint): Instant {
  return toCounter<Instant>(turn.node.now + period);
}

/** spec: protection.need-secondary-reason */
export function report(turn: Turn, state: ReportedState, reason: string): void {
  update(turn, { reported: state });
  emit(turn, { type: 'report', state, reason });
}

export function runGuest(turn: Turn): void {
  update(turn, { guest: 'running' });
  emit(turn, { type: 'guest.run' });
}

export function holdGuest(turn: Turn): void {
  update(turn, { guest: 'held' });
  emit(turn, { type: 'guest.hold' });
}

export function haltGuest(turn: Turn, reason: string): void {
  update(turn, { guest: 'halted' });
  emit(turn, { type: 'guest.halt', reason });
}
