// Breaks machine.local-apic: an interrupt is requested and never delivered.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { inLog, serveAlteredMachine } from '../altered-machine.ts';

await serveAlteredMachine(() => ({
  does: inLog((entry) => (entry.kind === 'output' && entry.position > 15n ? undefined : entry)),
}));
