// Breaks lifecycle.power-on-superseded: a power-on that finds another owner is not told to have failed.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { serveAltered } from '../altered-adapter.ts';

await serveAltered(() => ({
  does(effects) {
    return effects.filter((one) => one.type !== 'report' || one.reason !== 'superseded');
  },
}));
