// Breaks machine.snapshot-refused-when-damaged: a snapshot with another digest is restored.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { serveAlteredMachine, unrefused } from '../altered-machine.ts';

await serveAlteredMachine(() => ({
  does: unrefused('digest'),
}));
