// Breaks lifecycle.operations-on-owner: operations are taken by whoever is not the owner.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { serveAltered } from '../altered-adapter.ts';

await serveAltered(() => ({
  refused: (code) => (code === 'not-owner' ? undefined : code),
}));
