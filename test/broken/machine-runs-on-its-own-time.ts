// Breaks replay.no-own-events: it answers from its own clock while its log says nothing.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { moved, serveAlteredMachine } from '../altered-machine.ts';

await serveAlteredMachine(() => ({
  does: (result) => {
    const isOwn = result.stop === 'starved' && result.consumed === '0';
    return isOwn ? { ...result, ...moved(result.position, 5n) } : result;
  },
}));
