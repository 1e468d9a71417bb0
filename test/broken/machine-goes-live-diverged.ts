// Breaks replay.nothing-after-divergence: a machine that diverged goes live.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { serveAlteredMachine, unrefused } from '../altered-machine.ts';

await serveAlteredMachine(() => ({
  does: unrefused('diverged'),
}));
