// Breaks machine.closed-list-of-nondeterminism: a part of the state is another in each life.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { salted, serveAlteredMachine } from '../altered-machine.ts';

let lives = 0;

await serveAlteredMachine(() => {
  lives += 1;
  return {
    does: ({ digest, ...result }) =>
      digest === undefined ? result : { ...result, digest: salted(digest, lives) },
  };
});
