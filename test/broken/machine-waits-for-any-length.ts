// Breaks replay.untrusted-lengths-bounded: it waits for as many bytes as a length says.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { serveAlteredMachine } from '../altered-machine.ts';

await serveAlteredMachine(() => ({
  does: (result) => {
    const { damage, ...rest } = result;
    return damage?.code === 'length-out-of-bounds' ? { ...rest, torn: '4' } : result;
  },
}));
