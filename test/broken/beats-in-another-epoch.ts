// Breaks heartbeat.identified-beats: beats are of an epoch that is not.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { inMessage, plus, serveAltered } from '../altered-adapter.ts';

const later = inMessage((message) =>
  message.kind === 'beat' ? { ...message, epoch: plus(message.epoch, 1n) } : message,
);

await serveAltered(() => ({
  does: (effects) => effects.map(later),
}));
