// Breaks replay.check-kind-and-position: what the guest puts out is not compared.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { serveAlteredMachine, undiverged } from '../altered-machine.ts';

await serveAlteredMachine(() => ({
  does: undiverged(
    ({ expected, actual }) => expected.kind === 'output' && actual.kind === 'output',
  ),
}));
