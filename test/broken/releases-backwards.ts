// Breaks output.release-in-order: outputs that leave together leave in the opposite order.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import type { Effect } from '../../conformance/wire.ts';
import { serveAltered } from '../altered-adapter.ts';

const isEmission = ({ type }: Effect): boolean => type === 'output.emit';

await serveAltered(() => ({
  does(effects) {
    const backwards = effects.filter(isEmission).toReversed();
    return effects.map((effect) => (isEmission(effect) ? (backwards.shift() ?? effect) : effect));
  },
}));
