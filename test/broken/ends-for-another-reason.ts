// Breaks divergence.owner-gone-ends: a new owner that diverged gives another reason for the end.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { inSwap, serveAltered } from '../altered-adapter.ts';

const renamed = inSwap((record) => {
  return record.phase === 'off' && record.reason === 'diverged'
    ? { ...record, reason: 'power-off' }
    : record;
});

await serveAltered(() => ({
  does: (effects) => effects.map(renamed),
}));
