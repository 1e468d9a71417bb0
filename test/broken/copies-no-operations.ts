// Breaks pairing.copy-open-operations: the copy names no operation that is open.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { inMessage, serveAltered } from '../altered-adapter.ts';

const withoutOperations = inMessage((message) => {
  return message.kind === 'copy' ? { ...message, open: [] } : message;
});

await serveAltered(() => ({
  does(effects) {
    return effects.map(withoutOperations);
  },
}));
