// Breaks arbitration.unresolved-request: every request has the same nonce.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { serveAltered } from '../altered-adapter.ts';

await serveAltered(() => ({
  does: (effects) => {
    return effects.map((one) => (one.type === 'arbiter.request' ? { ...one, nonce: '1' } : one));
  },
}));
