// Breaks machine.runs-alike-in-pieces: the state holds how often it was run.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { salted, serveAlteredMachine } from '../altered-machine.ts';

await serveAlteredMachine(() => {
  let runs = 0;
  return {
    does: ({ digest, ...result }, { type }) => {
      if (type === 'run') runs += 1;
      return digest === undefined ? result : { ...result, digest: salted(digest, runs) };
    },
  };
});
