// Breaks machine.events-between-steps: an event waits for the end of the instruction.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { at, inLog, serveAlteredMachine } from '../altered-machine.ts';

await serveAlteredMachine(() => ({
  does: inLog((entry) =>
    entry.kind === 'input' && entry.position > 500n ? at(entry, 500n) : entry,
  ),
}));
