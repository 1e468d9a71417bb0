// Breaks storage.fenced-hidden-from-guest: the guest is told that a write was fenced.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { serveAltered } from '../altered-adapter.ts';

await serveAltered(() => ({
  does(effects, cause) {
    if (cause?.type !== 'disk.answered' || cause.result !== 'fenced') return effects;
    const { operation } = cause;
    return [{ type: 'guest.complete', operation, result: 'error' }, ...effects];
  },
}));
