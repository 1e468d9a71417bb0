// Breaks device.owner-completion-is-truth: a replica is told another completion than the owner recorded.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import type { Effect } from '../../conformance/wire.ts';
import { flipped, serveAltered } from '../altered-adapter.ts';

function altered(effect: Effect): Effect {
  if (effect.type !== 'guest.apply' || effect.entry.kind !== 'completion') return effect;
  const { entry } = effect;
  return { ...effect, entry: { ...entry, data: flipped(entry.data) } };
}

await serveAltered(() => ({
  does: (effects) => effects.map(altered),
}));
