// Breaks machine.interrupt-before-next-step: an interrupt is taken at the end of a run.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { moved, serveAlteredMachine } from '../altered-machine.ts';

await serveAlteredMachine(() => ({
  does: (result, action) => {
    const isAtOnce = action.type === 'run' && action.steps === '0' && result.log !== '';
    return isAtOnce ? { ...result, ...moved(result.position, 1n) } : result;
  },
}));
