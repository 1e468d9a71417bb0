// Breaks machine.timer-by-time-stamp: the timer expires before its deadline.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { serveAlteredMachine } from '../altered-machine.ts';

await serveAlteredMachine(() => ({
  given: (action) => {
    if (action.type !== 'run' || action.clock === undefined) return action;
    const isArmed = BigInt(action.clock) > 1000n;
    return isArmed ? { ...action, clock: `${BigInt(action.clock) + 11n}` } : action;
  },
}));
