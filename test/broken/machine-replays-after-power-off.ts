// Breaks replay.power-off-is-last: entries behind a power-off are consumed.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { serveAlteredMachine, undiverged } from '../altered-machine.ts';

await serveAlteredMachine(() => ({
  does: undiverged(({ actual }) => actual.kind === 'off'),
}));
