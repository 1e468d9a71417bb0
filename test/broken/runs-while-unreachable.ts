// Breaks arbitration.wait-while-unreachable: a request that fails is taken for one that was won.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { serveAltered } from '../altered-adapter.ts';

await serveAltered(() => ({
  does: (effects, cause) => {
    return cause?.type === 'arbiter.failed' ? [{ type: 'guest.run' }, ...effects] : effects;
  },
}));
