// Breaks heartbeat.keep-alive-outside-log: a keep-alive is numbered as if it were an entry.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { inMessage, plus, serveAltered } from '../altered-adapter.ts';

const numbered = inMessage((message) =>
  message.kind === 'alive' ? { ...message, seq: plus(message.seq, 1n) } : message,
);

await serveAltered(() => ({
  does: (effects) => effects.map(numbered),
}));
