// Breaks replay.duplicate-dropped: an entry that was there is taken again.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { serveAlteredMachine } from '../altered-machine.ts';

await serveAlteredMachine(() => ({
  does: (result) => {
    const { taken, dropped = '0' } = result;
    return dropped === '0' ? result : { ...result, taken: `${Number(taken) + 1}`, dropped: '0' };
  },
}));
