// Breaks lifecycle.power-on-by-record: the guest boots before a record was read.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { serveAltered } from '../altered-adapter.ts';

await serveAltered(() => ({
  does: (effects, cause) => {
    return cause?.type === 'manager.start' ? [...effects, { type: 'guest.run' }] : effects;
  },
}));
