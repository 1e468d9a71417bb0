// Breaks logging.not-beyond-log: the guest is given an entry after the last one held.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import type { Effect } from '../../conformance/wire.ts';
import { plus, serveAltered } from '../altered-adapter.ts';

function andOneMore(effect: Effect): readonly Effect[] {
  if (effect.type !== 'guest.apply') return [effect];
  const { entry } = effect;
  return [effect, { ...effect, entry: { ...entry, seq: plus(entry.seq, 1n) } }];
}

await serveAltered(() => ({
  does: (effects) => effects.flatMap(andOneMore),
}));
