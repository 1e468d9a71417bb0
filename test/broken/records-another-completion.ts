// Breaks device.completion-is-event: the entry of a completion says something else than the guest was told.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { inMessage, plus, serveAltered } from '../altered-adapter.ts';

const altered = inMessage((message) =>
  message.kind === 'entry' && message.entry === 'completion'
    ? { ...message, position: plus(message.position, 1n) }
    : message,
);

await serveAltered(() => ({
  does: (effects) => effects.map(altered),
}));
