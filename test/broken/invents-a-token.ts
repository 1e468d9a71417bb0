// Breaks arbitration.token-follows-owner: a swap puts a token of no owner.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { inSwap, plus, serveAltered } from '../altered-adapter.ts';

const invented = inSwap((record) => ({ ...record, token: plus(record.token, 7n) }));

await serveAltered(() => ({
  does: (effects) => effects.map(invented),
}));
