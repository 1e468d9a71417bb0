// Breaks machine.output-grouped-by-position: a group ends a step after its last byte.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { at, inLog, serveAlteredMachine } from '../altered-machine.ts';

await serveAlteredMachine(() => ({
  does: inLog((entry) => (entry.kind === 'output' ? at(entry, 1n) : entry)),
}));
