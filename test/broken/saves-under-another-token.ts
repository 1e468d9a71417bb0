// Breaks lifecycle.image-by-token: the image is saved under a token that is not the record's.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import type { Effect } from '../../conformance/wire.ts';
import { plus, serveAltered } from '../altered-adapter.ts';

const renamed = (effect: Effect): Effect =>
  effect.type === 'guest.save' ? { ...effect, token: plus(effect.token, 1n) } : effect;

await serveAltered(() => ({
  does: (effects) => effects.map(renamed),
}));
