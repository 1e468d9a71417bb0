// Breaks output.byte-stream-offset: an output leaves at an offset that is not its own.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import type { Effect } from '../../conformance/wire.ts';
import { plus, serveAltered } from '../altered-adapter.ts';

const displaced = (effect: Effect): Effect =>
  effect.type === 'output.emit' ? { ...effect, offset: plus(effect.offset, 1n) } : effect;

await serveAltered(() => ({
  does: (effects) => effects.map(displaced),
}));
