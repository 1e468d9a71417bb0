// Breaks output.nothing-after-loss: what waited at the gate leaves after the machine was lost.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { createOutputs, serveAltered } from '../altered-adapter.ts';

await serveAltered(() => {
  const outputs = createOutputs();
  let isHalted = false;
  return {
    given(input) {
      outputs.given(input);
      return input;
    },
    does(effects) {
      outputs.done(effects);
      const all = isHalted ? [...effects, ...outputs.waiting()] : effects;
      isHalted ||= effects.some(({ type }) => type === 'guest.halt');
      return all;
    },
  };
});
