// Breaks replay.time-continues: the time of a new live machine begins at its own clock.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { inLog, serveAlteredMachine } from '../altered-machine.ts';

await serveAlteredMachine(() => {
  let clock = 0n;
  const anew = inLog((entry) =>
    clock > 0n && entry.kind === 'time-stamp' ? { ...entry, payload: { value: clock } } : entry,
  );
  return {
    does: (result, action) => {
      if (action.type === 'live' && result.refused === undefined) clock = BigInt(action.clock);
      return anew(result);
    },
  };
});
