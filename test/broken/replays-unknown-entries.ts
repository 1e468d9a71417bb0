// Breaks logging.undecodable-stops-replay: an entry that is not understood is given to the guest as an input.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import type { Effect } from '../../conformance/wire.ts';
import { serveAltered } from '../altered-adapter.ts';

await serveAltered(() => ({
  does(effects, cause) {
    if (cause?.type !== 'channel.arrived' || cause.message.kind !== 'entry') return effects;
    const { entry, seq, position, data } = cause.message;
    if (entry !== 'unknown') return effects;
    const given: Effect = { type: 'guest.apply', entry: { seq, position, kind: 'input', data } };
    return [given, ...effects];
  },
}));
