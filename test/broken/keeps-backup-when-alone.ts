// Breaks arbitration.listed-transitions: a record in phase alone still names a backup.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import type { Effect } from '../../conformance/wire.ts';
import { inSwap, serveAltered } from '../altered-adapter.ts';

const kept = (backup: string): ((effect: Effect) => Effect) =>
  inSwap((record) => (record.phase === 'alone' ? { ...record, backup } : record));

await serveAltered(({ incarnation }) => ({
  does: (effects) => effects.map(kept(incarnation)),
}));
