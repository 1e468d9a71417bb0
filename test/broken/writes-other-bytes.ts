// Breaks device.operations-numbered-alike: a write holds other bytes than the guest wrote.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import type { Effect } from '../../conformance/wire.ts';
import { flipped, serveAltered } from '../altered-adapter.ts';

function altered(effect: Effect): Effect {
  if (effect.type !== 'disk.request' || !('write' in effect.action)) return effect;
  return { ...effect, action: { write: { data: flipped(effect.action.write.data) } } };
}

await serveAltered(() => ({
  does: (effects) => effects.map(altered),
}));
