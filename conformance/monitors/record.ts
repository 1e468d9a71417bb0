// What a record means for a node, and which transition of the table a swap is.
// Spec: protocol.md, "Record".

import type { Record } from '../wire.ts';

export type Transition =
  | 'T2'
  | 'T3'
  | 'T4'
  | 'T5'
  | 'T6'
  | 'T7'
  | 'T8'
  | 'T9'
  | 'T10'
  | 'T11'
  | 'T12'
  | 'T14'
  | 'T15';

export function isOwnAlone(record: Record | null, incarnation: string): boolean {
  return record?.phase === 'alone' && record.owner === incarnation;
}

/** The row of the table that a swap by `who` follows, or undefined where it follows none. */
export function swapToTransition(
  before: Record | null,
  after: Record,
  who: string,
): Transition | undefined {
  const from = before?.phase ?? 'off';
  if (after.phase === 'off') return offTransition(before, after, who);
  if (after.phase === 'suspended') {
    return from === 'alone' || from === 'protected' ? 'T10' : undefined;
  }
  if (after.phase === 'protected') return protectedTransition(before, after);
  if (after.phase === 'joining') return from === 'alone' ? 'T3' : undefined;
  if (from === 'off') return 'T2';
  if (from === 'suspended') return 'T11';
  if (from === 'joining') return 'T5';
  if (from !== 'protected') return undefined;
  if (after.owner === before?.backup) return 'T6';
  return before?.owner === who ? 'T7' : 'T8';
}

/** The backup stays, or another stands in its place. */
function protectedTransition(before: Record | null, after: Record): Transition | undefined {
  if (before?.phase === 'joining') return 'T4';
  if (before?.phase !== 'protected') return undefined;
  return before.backup === after.backup ? 'T15' : 'T14';
}

/** T12 and T9 put the same record; the reason tells which an owner that is alone means. */
function offTransition(before: Record | null, after: Record, who: string): Transition | undefined {
  const from = before?.phase ?? 'off';
  if (from === 'off' || from === 'suspended') return undefined;
  if (from !== 'alone' || after.reason === reasons.T9) return 'T9';
  return before?.owner === who ? 'T12' : undefined;
}

/** The record that a row puts, from the record before it. */
export function recordAfter(
  row: Transition,
  before: Record | null,
  vm: string,
  who: string,
  peer: string | null,
): Record {
  const epoch = BigInt(before?.epoch ?? '0');
  const next = row === 'T4' || row === 'T15' ? epoch : epoch + 1n;
  const newOwner = row === 'T2' || row === 'T6' || row === 'T11';
  const base = {
    vm,
    version: String(BigInt(before?.version ?? '0') + 1n),
    epoch: String(next),
    token: newOwner ? String(next) : (before?.token ?? '0'),
    base: '0',
    reason: reasons[row],
  };
  const stays = before?.owner ?? null;
  if (row === 'T9' || row === 'T12') return { ...base, phase: 'off', owner: null, backup: null };
  if (row === 'T10') return { ...base, phase: 'suspended', owner: null, backup: null };
  if (newOwner) return { ...base, phase: 'alone', owner: who, backup: null };
  if (row === 'T3') return { ...base, phase: 'joining', owner: stays, backup: peer };
  if (row === 'T14') return { ...base, phase: 'protected', owner: stays, backup: peer };
  if (row === 'T4' || row === 'T15') {
    return { ...base, phase: 'protected', owner: stays, backup: before?.backup ?? null };
  }
  return { ...base, phase: 'alone', owner: stays, backup: null };
}

/** The reason that a row leaves; T7 may also say another, and T12 why it could not go live. */
export const reasons: { readonly [row in Transition]: string } = {
  T2: 'start',
  T3: 'protect',
  T4: 'protect',
  T5: 'give-up',
  T6: 'takeover',
  T7: 'lost-backup',
  T8: 'diverged',
  T9: 'power-off',
  T10: 'suspend',
  T11: 'resume',
  T12: 'diverged',
  T14: 'replace-backup',
  T15: 'give-up',
};
