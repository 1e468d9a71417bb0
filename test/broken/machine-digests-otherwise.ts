// Breaks machine.state-digest: the digest is of other bytes.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { salted, serveAlteredMachine } from '../altered-machine.ts';

await serveAlteredMachine(() => ({
  does: ({ digest, ...result }) =>
    digest === undefined ? result : { ...result, digest: salted(digest, 1) },
}));
