// Breaks arbitration.base-starts-log: a swap puts a base above nothing.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { inSwap, plus, serveAltered } from '../altered-adapter.ts';

const later = inSwap((record) => ({ ...record, base: plus(record.base, 1n) }));

await serveAltered(() => ({
  does: (effects) => effects.map(later),
}));
