// Breaks output.cancel-queued: what waits at the gate leaves when the record names another.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { createOutputs, serveAltered } from '../altered-adapter.ts';

await serveAltered(() => {
  const outputs = createOutputs();
  return {
    given(input) {
      outputs.given(input);
      return input;
    },
    does(effects) {
      outputs.done(effects);
      const isHalting = effects.some(({ type }) => type === 'guest.halt');
      return isHalting ? [...effects, ...outputs.waiting()] : effects;
    },
  };
});
