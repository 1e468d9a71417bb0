// Breaks heartbeat.keep-alive-content: a keep-alive names the entry before the last.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { inMessage, plus, serveAltered } from '../altered-adapter.ts';

const earlier = inMessage((message) =>
  message.kind === 'alive' ? { ...message, seq: plus(message.seq, -1n) } : message,
);

await serveAltered(() => ({
  does: (effects) => effects.map(earlier),
}));
