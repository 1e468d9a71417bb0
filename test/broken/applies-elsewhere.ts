// Breaks logging.apply-in-sequence: the guest is given an entry at another position than it has.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import type { Effect } from '../../conformance/wire.ts';
import { plus, serveAltered } from '../altered-adapter.ts';

function elsewhere(effect: Effect): Effect {
  if (effect.type !== 'guest.apply') return effect;
  const { entry } = effect;
  if (entry.kind === 'input' || entry.kind === 'completion') return effect;
  return { ...effect, entry: { ...entry, position: plus(entry.position, 1n) } };
}

await serveAltered(() => ({
  does: (effects) => effects.map(elsewhere),
}));
