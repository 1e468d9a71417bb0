// Breaks machine.time-is-asked-for: it reads the time whether the guest asks or not.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { serveAlteredMachine, timeStampEntry } from '../altered-machine.ts';

await serveAlteredMachine(() => ({
  does: (result, { type }) => {
    const isSilent = type === 'run' && result.log === '';
    return isSilent ? { ...result, log: timeStampEntry(result.position ?? '0') } : result;
  },
}));
