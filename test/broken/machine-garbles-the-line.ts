// Breaks machine.serial-port: a byte on the line loses a bit.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { inLog, serveAlteredMachine } from '../altered-machine.ts';

await serveAlteredMachine(() => ({
  does: inLog((entry) =>
    entry.kind === 'output'
      ? {
          ...entry,
          payload: { ...entry.payload, check: entry.payload.check.map((byte) => byte ^ 1) },
        }
      : entry,
  ),
}));
