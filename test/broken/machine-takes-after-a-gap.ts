// Breaks replay.entries-in-order: an entry after a gap is taken.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { serveAlteredMachine, unrefused } from '../altered-machine.ts';

await serveAlteredMachine(() => ({
  does: unrefused('gap'),
}));
