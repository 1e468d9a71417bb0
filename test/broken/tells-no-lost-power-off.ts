// Breaks lifecycle.power-off-superseded: an owner that powers off and has lost the machine says nothing of it.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { serveAltered } from '../altered-adapter.ts';

await serveAltered(() => {
  let isPoweringOff = false;
  return {
    given(input) {
      if (input.type === 'manager.power-off') isPoweringOff = true;
      return input;
    },
    does(effects) {
      if (!isPoweringOff) return effects;
      return effects.filter((one) => one.type !== 'report' || one.state !== 'halted');
    },
  };
});
