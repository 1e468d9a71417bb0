// Breaks heartbeat.keep-alive-sent: no keep-alive is sent when its time comes.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { saidBy, serveAltered } from '../altered-adapter.ts';

await serveAltered(() => ({
  does(effects, cause) {
    if (cause !== undefined) return effects;
    return effects.filter((effect) => saidBy(effect)?.kind !== 'alive');
  },
}));
