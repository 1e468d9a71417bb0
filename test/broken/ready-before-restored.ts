// Breaks pairing.ready-when-complete: a backup is ready before its copy is restored.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import type { Effect } from '../../conformance/wire.ts';
import { saidBy, serveAltered } from '../altered-adapter.ts';

await serveAltered(() => ({
  does(effects) {
    const isReady = (effect: Effect): boolean => saidBy(effect)?.kind === 'ready';
    return [...effects.filter(isReady), ...effects.filter((effect) => !isReady(effect))];
  },
}));
