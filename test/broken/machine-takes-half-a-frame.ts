// Breaks replay.torn-trailing-entry-discarded: an entry is taken before all of it is there.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { serveAlteredMachine } from '../altered-machine.ts';

await serveAlteredMachine(() => ({
  does: (result) => {
    const { taken, torn = '0' } = result;
    return torn === '0' ? result : { ...result, taken: `${Number(taken) + 1}` };
  },
}));
