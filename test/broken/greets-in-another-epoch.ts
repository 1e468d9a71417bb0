// Breaks pairing.epoch-before-first-entry: a hello is of the epoch after the one that was read.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { inMessage, plus, serveAltered } from '../altered-adapter.ts';

const later = inMessage((message) =>
  message.kind === 'hello' ? { ...message, epoch: plus(message.epoch, 1n) } : message,
);

await serveAltered(() => ({
  does: (effects) => effects.map(later),
}));
