// Breaks replay.input-between-steps: an input waits for the end of a repeated instruction.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { at, inPush, serveAlteredMachine } from '../altered-machine.ts';

await serveAlteredMachine(() => ({
  given: inPush((entry) => (entry.kind === 'input' ? at(entry, 500n) : entry)),
}));
