// Breaks arbitration.refusal-is-not-loss: a swap that failed is taken for one that was lost.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import type { Effect } from '../../conformance/wire.ts';
import { serveAltered } from '../altered-adapter.ts';

await serveAltered(() => ({
  does: (effects, cause) => {
    const lost: Effect = { type: 'report', state: 'halted', reason: 'superseded' };
    return cause?.type === 'arbiter.failed' ? [lost, ...effects] : effects;
  },
}));
