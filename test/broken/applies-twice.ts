// Breaks logging.drop-duplicates: the guest is given each entry twice.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import type { Effect } from '../../conformance/wire.ts';
import { serveAltered } from '../altered-adapter.ts';

const twice = (effect: Effect): readonly Effect[] =>
  effect.type === 'guest.apply' ? [effect, effect] : [effect];

await serveAltered(() => ({
  does: (effects) => effects.flatMap(twice),
}));
