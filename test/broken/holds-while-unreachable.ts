// Breaks arbitration.owner-runs-while-unreachable: the guest is held when a request to the arbiter fails.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { serveAltered } from '../altered-adapter.ts';

await serveAltered(() => ({
  does: (effects, cause) => {
    return cause?.type === 'arbiter.failed' ? [{ type: 'guest.hold' }, ...effects] : effects;
  },
}));
