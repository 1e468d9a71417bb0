// Breaks arbitration.compare-and-swap-record: a swap names a version that was not read.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import type { Effect } from '../../conformance/wire.ts';
import { plus, serveAltered } from '../altered-adapter.ts';

function another(effect: Effect): Effect {
  if (effect.type !== 'arbiter.request' || !('swap' in effect.action)) return effect;
  const { swap } = effect.action;
  return { ...effect, action: { swap: { ...swap, version: plus(swap.version, 1n) } } };
}

await serveAltered(() => ({
  does: (effects) => effects.map(another),
}));
