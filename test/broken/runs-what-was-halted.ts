// Breaks failover.loser-state-discarded: a guest that was halted runs on when the machine is started again.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { serveAltered } from '../altered-adapter.ts';

await serveAltered(() => {
  let isHalted = false;
  return {
    does(effects, cause) {
      const isAgain = isHalted && cause?.type === 'manager.start';
      isHalted ||= effects.some(({ type }) => type === 'guest.halt');
      return isAgain ? [{ type: 'guest.run' }, ...effects] : effects;
    },
  };
});
