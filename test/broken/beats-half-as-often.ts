// Breaks heartbeat.send-every-interval: every second beat is left out.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import type { Effect } from '../../conformance/wire.ts';
import { serveAltered } from '../altered-adapter.ts';

await serveAltered(() => {
  let beats = 0;
  const isSent = (effect: Effect): boolean => {
    if (effect.type !== 'datagram.send') return true;
    beats += 1;
    return beats % 2 === 1;
  };
  return { does: (effects) => effects.filter(isSent) };
});
