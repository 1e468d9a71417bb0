// Breaks replay.divergence-names-both-sides: a divergence says twice what the log says.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { serveAlteredMachine } from '../altered-machine.ts';

await serveAlteredMachine(() => ({
  does: (result) => {
    const { divergence } = result;
    if (divergence === undefined) return result;
    return { ...result, divergence: { ...divergence, actual: divergence.expected } };
  },
}));
