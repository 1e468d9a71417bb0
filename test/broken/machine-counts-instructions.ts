// Breaks replay.position-is-steps-retired: a repeated instruction is one step.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { moved, serveAlteredMachine } from '../altered-machine.ts';

await serveAlteredMachine(() => ({
  does: (result, { type }) => {
    const isLong = type === 'run' && BigInt(result.position ?? 0) > 500n;
    return isLong ? { ...result, ...moved(result.position, -500n) } : result;
  },
}));
