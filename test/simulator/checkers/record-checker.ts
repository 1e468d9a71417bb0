// The arbiter's record changes only by the rows of the table: written from the table, not from the
// code that proposes. Spec: protocol.md, "Record".

import { type ArbiterRecord, hostOf } from '../../../impl/protocol/index.ts';
import type { Watcher } from '../watcher.ts';

export function createRecordChecker(): Watcher {
  let before: ArbiterRecord | null = null;
  return {
    name: 'record',
    recordWritten(record) {
      const problem = check(before, record);
      before = record;
      return problem;
    },
  };
}

function check(before: ArbiterRecord | null, after: ArbiterRecord): string | null {
  if (after.version !== (before?.version ?? 0n) + 1n) return `version became ${after.version}`;
  const path = `${before?.phase ?? 'none'}>${after.phase}`;
  const step = after.epoch - (before?.epoch ?? 0n);
  if (step !== epochStep(path, before, after)) return `${path}: epoch moved by ${step}`;
  const isSameToken = after.token === before?.token;
  if (after.backup !== null && hostOf(after.backup) === hostOf(after.owner)) return 'one host';
  const isNewToken = BigInt(after.token) === BigInt(after.epoch);
  const isSameOwner = before !== null && before.owner === after.owner;
  switch (path) {
    case 'none>alone':
    case 'off>alone':
      return isNewToken ? null : 'a new owner without a new token';
    case 'alone>joining':
      return isSameOwner && after.token === before?.token ? null : `${path}: another owner`;
    case 'protected>protected':
      return isSameOwner && isSameToken ? null : `${path}: another owner`;
    case 'joining>protected':
      return isSameOwner && after.backup === before.backup ? null : `${path}: another pair`;
    case 'joining>alone':
      return isSameOwner && after.token === before.token ? null : `${path}: another owner`;
    case 'protected>alone':
      if (isSameOwner) return after.token === before.token ? null : 'the token moved';
      if (after.owner !== before?.backup) return 'taken over by a stranger';
      return isNewToken ? null : 'a new owner without a new token';
    case 'suspended>alone':
      return isNewToken ? null : 'a new owner without a new token';
    case 'alone>off':
    case 'joining>off':
    case 'protected>off':
    case 'alone>suspended':
    case 'protected>suspended':
      return isSameToken ? null : `${path}: the token moved`;
    default:
      return `no row leads ${path}`;
  }
}

/** T4 and T15 keep the epoch. */
function epochStep(path: string, before: ArbiterRecord | null, after: ArbiterRecord): bigint {
  const isTouch = path === 'protected>protected' && after.backup === before?.backup;
  return path === 'joining>protected' || isTouch ? 0n : 1n;
}
