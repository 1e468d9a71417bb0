// Breaks divergence.never-live: a replica that diverged runs.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { serveAltered } from '../altered-adapter.ts';

await serveAltered(() => ({
  does(effects, cause) {
    return cause?.type === 'guest.diverged' ? [...effects, { type: 'guest.run' }] : effects;
  },
}));
