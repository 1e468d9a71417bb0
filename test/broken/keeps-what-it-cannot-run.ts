// Breaks failover.end-when-unable: a new owner that cannot go live does not say so.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { serveAltered, swapOf } from '../altered-adapter.ts';

await serveAltered(() => ({
  does: (effects) => effects.filter((effect) => swapOf(effect)?.reason !== 'diverged'),
}));
