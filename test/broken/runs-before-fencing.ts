// Breaks storage.new-owner-fences: a new machine runs before its disks are fenced.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { serveAltered } from '../altered-adapter.ts';

await serveAltered(() => ({
  does(effects) {
    const isFencing = effects.some((one) => one.type === 'disk.request' && 'fence' in one.action);
    return isFencing ? [...effects, { type: 'guest.run' }] : effects;
  },
}));
