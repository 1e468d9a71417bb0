// Breaks arbitration.version-increments: a swap puts the version after the next.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { inSwap, plus, serveAltered } from '../altered-adapter.ts';

const skipped = inSwap((record) => ({ ...record, version: plus(record.version, 1n) }));

await serveAltered(() => ({
  does: (effects) => effects.map(skipped),
}));
