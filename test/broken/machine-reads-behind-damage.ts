// Breaks replay.damage-stops-reading: after damage it reads on.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { serveAlteredMachine } from '../altered-machine.ts';

await serveAlteredMachine(() => {
  let isDamaged = false;
  return {
    does: (result) => {
      const { damage, ...rest } = result;
      const isAgain = isDamaged && damage !== undefined;
      isDamaged ||= damage !== undefined;
      return isAgain ? { ...rest, taken: '1' } : result;
    },
  };
});
