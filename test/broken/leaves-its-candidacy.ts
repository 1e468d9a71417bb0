// Breaks failover.named-is-candidate: a backup that the record names does not ask for the machine.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { saidBy, serveAltered, swapOf } from '../altered-adapter.ts';

await serveAltered(() => {
  let isBackup = false;
  return {
    does(effects) {
      isBackup ||= effects.some((effect) => saidBy(effect)?.kind === 'welcome');
      return isBackup ? effects.filter((effect) => swapOf(effect)?.phase !== 'alone') : effects;
    },
  };
});
