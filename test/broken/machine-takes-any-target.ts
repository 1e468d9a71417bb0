// Breaks machine.image-refused-with-reason: an image of another processor is taken.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { serveAlteredMachine, unrefused } from '../altered-machine.ts';

await serveAlteredMachine(() => ({
  does: unrefused('wrong-target'),
}));
