// Breaks lifecycle.resume-synchronises-anew: a machine that was resumed connects to its backup without a joining.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { serveAltered, swapOf } from '../altered-adapter.ts';

await serveAltered(() => {
  let isResumed = false;
  return {
    given(input) {
      if (input.type === 'manager.resume') isResumed = true;
      return input;
    },
    does(effects, cause) {
      if (!isResumed || cause?.type !== 'manager.protect') return effects;
      return effects.map((one) => {
        const isJoin = swapOf(one)?.phase === 'joining';
        return isJoin ? { type: 'channel.open', peer: cause.peer, connection: '1' } : one;
      });
    },
  };
});
