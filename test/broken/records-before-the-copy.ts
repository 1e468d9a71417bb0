// Breaks pairing.first-entry-after-copy: an entry stands before the position of the copy.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { inMessage, serveAltered } from '../altered-adapter.ts';

const earlier = inMessage((message) =>
  message.kind === 'entry' && message.seq === '1' ? { ...message, position: '0' } : message,
);

await serveAltered(() => ({
  does: (effects) => effects.map(earlier),
}));
