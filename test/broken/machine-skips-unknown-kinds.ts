// Breaks replay.unknown-kind-stops: an entry of an unknown kind is passed over.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { serveAlteredMachine } from '../altered-machine.ts';

await serveAlteredMachine(() => ({
  does: (result) => {
    const { damage, ...rest } = result;
    return damage?.code === 'unknown-kind' ? { ...rest, dropped: '1' } : result;
  },
}));
