// Breaks pairing.exact-copy: the copy is sent with another position.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { inMessage, plus, serveAltered } from '../altered-adapter.ts';

const misplaced = inMessage((message) =>
  message.kind === 'copy' ? { ...message, position: plus(message.position, 1n) } : message,
);

await serveAltered(() => ({
  does: (effects) => effects.map(misplaced),
}));
