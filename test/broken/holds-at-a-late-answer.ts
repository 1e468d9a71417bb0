// Breaks lifecycle.unusable-input-ignored: an image that was saved though nobody asked for it stops the guest.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { serveAltered } from '../altered-adapter.ts';

await serveAltered(() => ({
  does(effects, cause) {
    const isUnused = cause?.type === 'guest.saved' && effects.length === 0;
    return isUnused ? [{ type: 'guest.hold' }] : effects;
  },
}));
