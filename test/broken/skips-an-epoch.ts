// Breaks arbitration.epoch-increments: a swap puts an epoch that is one too high.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { inSwap, plus, serveAltered } from '../altered-adapter.ts';

const skipped = inSwap((record) => ({ ...record, epoch: plus(record.epoch, 1n) }));

await serveAltered(() => ({
  does: (effects) => effects.map(skipped),
}));
