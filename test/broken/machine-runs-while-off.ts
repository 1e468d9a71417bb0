// Breaks machine.off-runs-nothing: a machine that is off runs on.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { moved, serveAlteredMachine } from '../altered-machine.ts';

await serveAlteredMachine(() => ({
  does: (result, { type }) => {
    const isOff = type === 'run' && result.stop === 'off' && result.log === '';
    return isOff ? { ...result, ...moved(result.position, 1n) } : result;
  },
}));
