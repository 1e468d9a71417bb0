// Breaks pairing.sync-failure-leaves-owner-running: an owner halts when its backup refuses to join.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { serveAltered } from '../altered-adapter.ts';

await serveAltered(() => ({
  does(effects, cause) {
    if (cause?.type !== 'channel.arrived' || cause.message.kind !== 'refuse') return effects;
    return [...effects, { type: 'guest.halt', reason: 'refused' }];
  },
}));
