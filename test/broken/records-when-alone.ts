// Breaks failover.stop-recording-when-alone: an owner that is alone sends entries still.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import type { Effect } from '../../conformance/wire.ts';
import { plus, serveAltered } from '../altered-adapter.ts';

await serveAltered(() => {
  let last: Extract<Effect, { type: 'channel.send' }> | undefined;
  let isAlone = false;
  return {
    does(effects, cause) {
      if (cause?.type === 'arbiter.answered') isAlone = cause.record?.phase === 'alone';
      for (const effect of effects) {
        if (effect.type === 'channel.send' && effect.message.kind === 'entry') last = effect;
      }
      if (!isAlone || last?.message.kind !== 'entry') return effects;
      const seq = plus(last.message.seq, 1n);
      return [...effects, { ...last, message: { ...last.message, seq } }];
    },
  };
});
