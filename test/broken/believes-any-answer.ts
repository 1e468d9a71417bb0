// Breaks arbitration.answer-bound-to-request: an answer to no request of its own counts as that to the open one.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { serveAltered } from '../altered-adapter.ts';

await serveAltered(() => {
  let open: string | undefined;
  return {
    given(input) {
      if (input.type !== 'arbiter.answered' || open === undefined) return input;
      return { ...input, nonce: open };
    },
    does(effects, cause) {
      if (cause?.type === 'arbiter.answered') open = undefined;
      for (const effect of effects) if (effect.type === 'arbiter.request') open = effect.nonce;
      return effects;
    },
  };
});
