// Breaks divergence.check-output: an output that differs from its entry has no consequence.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { saidBy, serveAltered } from '../altered-adapter.ts';

await serveAltered(() => ({
  does(effects, cause) {
    if (cause?.type !== 'guest.applied') return effects;
    const isFound = effects.some((effect) => saidBy(effect)?.kind === 'diverged');
    return isFound ? [] : effects;
  },
}));
