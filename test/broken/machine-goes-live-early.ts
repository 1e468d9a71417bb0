// Breaks replay.live-after-last-entry: it goes live with entries left.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { serveAlteredMachine, unrefused } from '../altered-machine.ts';

await serveAlteredMachine(() => ({
  does: unrefused('entries-left'),
}));
