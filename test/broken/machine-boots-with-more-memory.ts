// Breaks machine.entry-state: the guest finds twice the memory.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { serveAlteredMachine } from '../altered-machine.ts';

await serveAlteredMachine(() => ({
  given: (action) =>
    action.type === 'boot' ? { ...action, memory: `${Number(action.memory) * 2}` } : action,
}));
