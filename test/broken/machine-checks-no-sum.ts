// Breaks replay.entry-damage-detected: a checksum that does not fit is not seen.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { serveAlteredMachine } from '../altered-machine.ts';

await serveAlteredMachine(() => ({
  does: (result) => {
    const { damage, ...rest } = result;
    return damage?.code === 'checksum' ? { ...rest, taken: `${Number(rest.taken) + 1}` } : result;
  },
}));
