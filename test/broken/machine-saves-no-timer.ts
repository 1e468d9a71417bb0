// Breaks machine.snapshot-is-whole-state: a snapshot lacks the timer.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { inLog, serveAlteredMachine } from '../altered-machine.ts';

await serveAlteredMachine(() => {
  let isRestored = false;
  const without = inLog((entry) => (entry.kind === 'timer' ? undefined : entry));
  return {
    does: (result, { type }) => {
      isRestored ||= type === 'restore';
      return isRestored ? without(result) : result;
    },
  };
});
