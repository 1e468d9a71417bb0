// Breaks replay.never-beyond-the-log: it runs a step more than its entries allow.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { moved, serveAlteredMachine } from '../altered-machine.ts';

await serveAlteredMachine(() => ({
  does: (result) => {
    const isBeyond = result.stop === 'starved' && result.consumed !== '0';
    return isBeyond ? { ...result, ...moved(result.position, 1n) } : result;
  },
}));
