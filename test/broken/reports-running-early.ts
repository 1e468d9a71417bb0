// Breaks protection.running-when-read: protection is reported when it is asked for.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import type { Effect } from '../../conformance/wire.ts';
import { serveAltered, swapOf } from '../altered-adapter.ts';

await serveAltered(() => ({
  does(effects) {
    const isAsking = effects.some((effect) => swapOf(effect)?.phase === 'protected');
    const early: Effect = { type: 'report', state: 'running', reason: 'protect' };
    return isAsking ? [...effects, early] : effects;
  },
}));
