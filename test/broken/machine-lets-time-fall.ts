// Breaks machine.time-never-falls: the time steps back with the clock of the host.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { inLog, serveAlteredMachine } from '../altered-machine.ts';

await serveAlteredMachine(() => {
  let start = 0n;
  let now = 0n;
  const own = inLog((entry) => {
    if (entry.kind !== 'time-stamp') return entry;
    const value = now > start ? now - start : 0n;
    return { ...entry, payload: { value } };
  });
  return {
    does: (result, action) => {
      if (action.type === 'record') start = BigInt(action.clock);
      if (action.type === 'run') now = BigInt(action.clock ?? 0);
      return own(result);
    },
  };
});
