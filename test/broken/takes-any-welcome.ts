// Breaks pairing.welcome-next-sequence: a welcome is taken whatever sequence it wants next.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { serveAltered } from '../altered-adapter.ts';

await serveAltered(() => ({
  given(input) {
    if (input.type !== 'channel.arrived' || input.message.kind !== 'welcome') return input;
    return { ...input, message: { ...input.message, next: '1' } };
  },
}));
