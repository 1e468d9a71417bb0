// Breaks machine.serial-input-waits: of bytes that wait for the guest only the first is kept.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { inLog, serveAlteredMachine } from '../altered-machine.ts';

await serveAlteredMachine(() => ({
  does: inLog((entry) =>
    entry.kind === 'output' && entry.payload.offset > 0n ? undefined : entry,
  ),
}));
