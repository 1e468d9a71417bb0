// Breaks arbitration.only-named-may-ask: who is not named in a pair asks to go on alone.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import type { Record } from '../../conformance/wire.ts';
import { plus, serveAltered } from '../altered-adapter.ts';

await serveAltered(({ incarnation }) => ({
  does(effects, cause) {
    if (cause?.type !== 'arbiter.answered' || cause.record?.phase !== 'protected') return effects;
    const { record } = cause;
    if (record.owner === incarnation || record.backup === incarnation) return effects;
    const next = { version: plus(record.version, 1n), epoch: plus(record.epoch, 1n) };
    const alone: Record = { ...record, ...next, phase: 'alone', backup: null, reason: 'diverged' };
    const action = { swap: { version: record.version, record: alone } };
    return [...effects, { type: 'arbiter.request', nonce: '999', action }];
  },
}));
