// Breaks failover.seal-log: a new owner acknowledges once more in the old epoch.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import type { Effect } from '../../conformance/wire.ts';
import { serveAltered } from '../altered-adapter.ts';

await serveAltered(() => {
  let said: Extract<Effect, { type: 'channel.send' }> | undefined;
  return {
    does(effects, cause) {
      for (const effect of effects) {
        if (effect.type === 'channel.send' && effect.message.kind === 'acknowledge') said = effect;
      }
      const isSealing = effects.some(({ type }) => type === 'disk.request');
      const again = cause?.type === 'disk.answered' || isSealing;
      return again && said !== undefined ? [...effects, said] : effects;
    },
  };
});
