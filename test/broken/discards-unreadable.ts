// Breaks failover.unreadable-keeps-state: a backup that cannot read the record discards itself.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { serveAltered } from '../altered-adapter.ts';

await serveAltered(() => ({
  does(effects, cause) {
    if (cause?.type !== 'arbiter.failed') return effects;
    return [...effects, { type: 'guest.halt', reason: 'unreadable' }];
  },
}));
