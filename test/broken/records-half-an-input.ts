// Breaks device.input-whole: the entry of an input holds other bytes than the guest was given.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { flipped, inMessage, serveAltered } from '../altered-adapter.ts';

const altered = inMessage((message) =>
  message.kind === 'entry' && message.entry === 'input'
    ? { ...message, data: flipped(message.data) }
    : message,
);

await serveAltered(() => ({
  does: (effects) => effects.map(altered),
}));
