// Breaks failover.alone-after-record: an owner reports that it is alone when it asks to be.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import type { Effect } from '../../conformance/wire.ts';
import { serveAltered, swapOf } from '../altered-adapter.ts';

await serveAltered(() => ({
  does(effects) {
    const isAsking = effects.some((effect) => swapOf(effect)?.reason === 'lost-backup');
    const early: Effect = { type: 'report', state: 'needSecondary', reason: 'lost-backup' };
    return isAsking ? [...effects, early] : effects;
  },
}));
