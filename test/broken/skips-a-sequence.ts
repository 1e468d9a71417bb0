// Breaks logging.consecutive-sequence: the second entry is numbered as the third.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { inMessage, serveAltered } from '../altered-adapter.ts';

const skipped = inMessage((message) =>
  message.kind === 'entry' && message.seq === '2' ? { ...message, seq: '3' } : message,
);

await serveAltered(() => ({
  does: (effects) => effects.map(skipped),
}));
