// Breaks failover.discard-when-not-named: a backup that the record does not name keeps its state.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { saidBy, serveAltered } from '../altered-adapter.ts';

await serveAltered(() => {
  let isBackup = false;
  return {
    does(effects, cause) {
      isBackup ||= effects.some((effect) => saidBy(effect)?.kind === 'welcome');
      const isKept = isBackup && cause?.type === 'arbiter.answered';
      return isKept ? effects.filter(({ type }) => type !== 'guest.halt') : effects;
    },
  };
});
