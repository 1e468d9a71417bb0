// The arbiter's record and its transitions T2 to T15: what a swap proposes.
// Not the arbiter, and not the decision to ask: arbitration.ts asks.
// Spec: protocol.md, "Record".

import { assert } from '../base/assert.ts';
import type { Epoch, Token, Version } from '../base/counters.ts';
import { successor, toCounter } from '../base/counters.ts';
import type { Incarnation } from './incarnation.ts';

interface RecordHead {
  readonly vm: string;
  readonly version: Version;
  readonly epoch: Epoch;
  readonly token: Token;
  /** Where the log of this epoch begins; 0 in this revision. */
  readonly base: bigint;
  /** Why the last change was made: for people, no rule reads it but the report. */
  readonly reason: string;
}

/** No one owns the machine. */
export interface UnownedRecord extends RecordHead {
  readonly phase: 'off' | 'suspended';
  readonly owner: null;
  readonly backup: null;
}

export interface AloneRecord extends RecordHead {
  readonly phase: 'alone';
  readonly owner: Incarnation;
  readonly backup: null;
}

export interface PairedRecord extends RecordHead {
  readonly phase: 'joining' | 'protected';
  readonly owner: Incarnation;
  readonly backup: Incarnation;
}

/** spec: arbitration.compare-and-swap-record, arbitration.name-incarnations */
export type ArbiterRecord = UnownedRecord | AloneRecord | PairedRecord;

/** The role in which a record names a node, as the table of outcomes distinguishes them. */
export type Standing =
  | 'owner-alone'
  | 'owner-joining'
  | 'owner-protected'
  | 'backup-joining'
  | 'backup-protected'
  | 'not-named';

export function standingOf(record: ArbiterRecord | null, self: Incarnation): Standing {
  if (record === null) return 'not-named';
  if (record.owner === self) return `owner-${record.phase}`;
  if (record.backup === self) return `backup-${record.phase}`;
  return 'not-named';
}

/** T2. The record after power-on by `self`; `before` is null where there is no record yet. */
export function powerOn(before: ArbiterRecord | null, vm: string, self: Incarnation): AloneRecord {
  const isOff = before === null || before.phase === 'off';
  assert(isOff, `T2: expected no record or one that is off, got ${before?.phase}`);
  const epoch = before === null ? toCounter<Epoch>(1n) : successor(before.epoch);
  return {
    vm,
    version: before === null ? toCounter<Version>(1n) : successor(before.version),
    epoch,
    phase: 'alone',
    owner: self,
    backup: null,
    token: toCounter<Token>(epoch),
    base: 0n,
    reason: 'start',
  };
}

/** T11. The record after `self` took the suspended machine. */
export function resume(before: ArbiterRecord, self: Incarnation): AloneRecord {
  const { phase } = before;
  assert(phase === 'suspended', `T11: expected a record that is suspended, got ${phase}`);
  const head = next(before);
  const token = toCounter<Token>(head.epoch);
  return { ...head, token, phase: 'alone', owner: self, backup: null, reason: 'resume' };
}

/** T3. The owner takes `peer` as the backup to be. */
export function join(before: ArbiterRecord, self: Incarnation, peer: Incarnation): PairedRecord {
  assertStanding('T3', before, self, 'owner-alone');
  return { ...next(before), phase: 'joining', owner: self, backup: peer, reason: 'protect' };
}

/** T4. With T15 the rows that keep the epoch. */
export function protect(before: ArbiterRecord, self: Incarnation): PairedRecord {
  assertStanding('T4', before, self, 'owner-joining');
  const { backup } = before;
  assert(backup !== null, 'T4: a joining record names a backup');
  return {
    ...next(before),
    epoch: before.epoch,
    phase: 'protected',
    owner: self,
    backup,
    reason: 'protect',
  };
}

/** T5. The owner gives a joining up. */
export function giveUp(before: ArbiterRecord, self: Incarnation): AloneRecord {
  assertStanding('T5', before, self, 'owner-joining');
  return { ...next(before), phase: 'alone', owner: self, backup: null, reason: 'give-up' };
}

/** T6. The backup takes the machine: with T2 and T11 the rows that change owner and token. */
export function takeOver(before: ArbiterRecord, self: Incarnation): AloneRecord {
  assertStanding('T6', before, self, 'backup-protected');
  const head = next(before);
  const token = toCounter<Token>(head.epoch);
  return { ...head, token, phase: 'alone', owner: self, backup: null, reason: 'takeover' };
}

/** T7. The owner goes on without its backup. */
export function goAlone(before: ArbiterRecord, self: Incarnation, reason: string): AloneRecord {
  assertStanding('T7', before, self, 'owner-protected');
  return { ...next(before), phase: 'alone', owner: self, backup: null, reason };
}

/** T8. A backup that diverged gives the machine back to the owner alone. */
export function renounce(before: ArbiterRecord, self: Incarnation): AloneRecord {
  assertStanding('T8', before, self, 'backup-protected');
  const { owner } = before;
  assert(owner !== null, 'T8: a protected record names an owner');
  return { ...next(before), phase: 'alone', owner, backup: null, reason: 'diverged' };
}

/** T9. The owner, or the backup that holds its power-off, switches the machine off. */
export function powerOff(before: ArbiterRecord, self: Incarnation): UnownedRecord {
  const isNamed = before.owner === self || standingOf(before, self) === 'backup-protected';
  assert(isNamed, `T9: expected to be named, got ${standingOf(before, self)}`);
  return { ...next(before), phase: 'off', owner: null, backup: null, reason: 'power-off' };
}

/** T10. The owner leaves the machine to whoever resumes its image; asked again, from whatever record names it owner. */
export function suspend(before: ArbiterRecord, self: Incarnation): UnownedRecord {
  const isNamed = before.owner === self;
  assert(isNamed, `T10: expected to be owner, got ${standingOf(before, self)}`);
  return { ...next(before), phase: 'suspended', owner: null, backup: null, reason: 'suspend' };
}

/** T12. An owner that cannot go live ends the machine. */
export function end(before: ArbiterRecord, self: Incarnation, reason: string): UnownedRecord {
  assertStanding('T12', before, self, 'owner-alone');
  return { ...next(before), phase: 'off', owner: null, backup: null, reason };
}

/** T14. `peer` is the backup in the place of the one that is. */
export function replace(before: ArbiterRecord, self: Incarnation, peer: Incarnation): PairedRecord {
  assertStanding('T14', before, self, 'owner-protected');
  return {
    ...next(before),
    phase: 'protected',
    owner: self,
    backup: peer,
    reason: 'replace-backup',
  };
}

/** T15. The same under a higher version: what waited for this one waits no longer. */
export function touch(before: ArbiterRecord, self: Incarnation): PairedRecord {
  assertStanding('T15', before, self, 'owner-protected');
  const { epoch, backup } = before;
  assert(backup !== null, 'T15: a protected record names a backup');
  return { ...next(before), epoch, phase: 'protected', owner: self, backup, reason: 'give-up' };
}

function next(before: ArbiterRecord): RecordHead {
  return {
    vm: before.vm,
    version: successor(before.version),
    epoch: successor(before.epoch),
    token: before.token,
    base: 0n,
    reason: before.reason,
  };
}

/** spec: arbitration.only-named-may-ask */
function assertStanding(
  row: string,
  record: ArbiterRecord,
  self: Incarnation,
  expected: Standing,
): void {
  const standing = standingOf(record, self);
  assert(standing === expected, `${row}: expected to be ${expected}, got ${standing}`);
}
