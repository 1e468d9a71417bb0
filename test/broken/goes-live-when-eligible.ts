// Breaks failover.promoted-after-record: a backup runs once it reads that it is eligible.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { serveAltered } from '../altered-adapter.ts';

await serveAltered(({ incarnation }) => ({
  does(effects, cause) {
    if (cause?.type !== 'arbiter.answered' || cause.record?.phase !== 'protected') return effects;
    if (cause.record.backup !== incarnation) return effects;
    return [...effects, { type: 'guest.run' }];
  },
}));
