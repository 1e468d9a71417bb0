// Breaks replay.closed-list-of-kinds: the kind of digests is missing.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { inLog, serveAlteredMachine } from '../altered-machine.ts';

await serveAlteredMachine(() => ({
  does: inLog((entry) => (entry.kind === 'digest' ? undefined : entry)),
}));
