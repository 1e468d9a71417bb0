// Breaks replay.event-at-exact-position: an input happens a step after its position.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { at, inPush, serveAlteredMachine } from '../altered-machine.ts';

await serveAlteredMachine(() => ({
  given: inPush((entry) => (entry.kind === 'input' ? at(entry, 1n) : entry)),
}));
