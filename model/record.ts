// The arbiter's record: who it names, and what each row of its table writes. No request, no answer.
// Spec: protocol, "Record".

import type { ArbiterRecord, Incarnation, Intent, Reason } from './vocabulary.ts';

export const hostOf = (incarnation: Incarnation): string => incarnation.split('#')[0] ?? '';

export const isNamedOwner = (record: ArbiterRecord | null, self: Incarnation): boolean =>
  record !== null && record.owner === self;

export const isNamedBackup = (
  record: ArbiterRecord | null,
  self: Incarnation,
  epoch: number,
): boolean => record !== null && record.backup === self && record.epoch === epoch;

/** The record that a request of this intent puts, from the record last read; null for a read. */
export function proposalOf(asker: {
  self: Incarnation;
  record: ArbiterRecord | null;
  intent: Intent;
  peer: Incarnation | null;
  diverged: boolean;
  aloneFor: Reason;
}): ArbiterRecord | null {
  const { self, record, intent } = asker;
  const version = (record?.version ?? 0) + 1;
  const epoch = (record?.epoch ?? 0) + 1;
  const token = record?.token ?? 0;
  const owner = record?.owner ?? null;
  const alone = { version, epoch, phase: 'alone' as const, backup: null };
  const unowned = { version, epoch, owner: null, backup: null, token };
  switch (intent) {
    case 'read':
      return null;
    case 'T2':
      return { ...alone, owner: self, token: epoch, reason: 'start' };
    case 'T3':
      return {
        version,
        epoch,
        phase: 'joining',
        owner: self,
        backup: asker.peer,
        token,
        reason: 'protect',
      };
    case 'T4':
      return record && { ...record, version, phase: 'protected' };
    case 'T5':
      return { ...alone, owner: self, token, reason: 'give-up' };
    case 'T6':
      return { ...alone, owner: self, token: epoch, reason: 'takeover' };
    case 'T7':
      return {
        ...alone,
        owner: self,
        token,
        reason: asker.diverged ? 'diverged' : asker.aloneFor,
      };
    case 'T8':
      return { ...alone, owner, token, reason: 'diverged' };
    case 'T9':
      return { ...unowned, phase: 'off', reason: 'power-off' };
    case 'T10':
      return { ...unowned, phase: 'suspended', reason: 'suspend' };
    case 'T11':
      return { ...alone, owner: self, token: epoch, reason: 'resume' };
    case 'T12':
      return { ...unowned, phase: 'off', reason: asker.diverged ? 'diverged' : 'power-off' };
    case 'T14':
      return {
        version,
        epoch,
        phase: 'protected',
        owner: self,
        backup: asker.peer,
        token,
        reason: 'replace-backup',
      };
    case 'T15':
      return record && { ...record, version, reason: 'give-up' };
  }
}
