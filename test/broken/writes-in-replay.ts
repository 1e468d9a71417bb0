// Breaks device.only-owner-writes-shared: what a replica writes goes to the shared disk.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { serveAltered } from '../altered-adapter.ts';

await serveAltered(() => ({
  does(effects, cause) {
    if (cause?.type !== 'guest.applied' || cause.output?.channel !== 'disk') return effects;
    const action = { write: { data: cause.output.data } };
    return [...effects, { type: 'disk.request', operation: '1', token: '1', action }];
  },
}));
