// Breaks replay.output-has-own-entry: an output leaves no entry.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { inLog, serveAlteredMachine } from '../altered-machine.ts';

await serveAlteredMachine(() => ({
  does: inLog((entry) => (entry.kind === 'output' ? undefined : entry)),
}));
