// Breaks protection.new-backup-after-go-live: an owner that took over refuses a new backup.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { saidBy, serveAltered } from '../altered-adapter.ts';

await serveAltered(() => {
  let isBackup = false;
  return {
    does(effects) {
      isBackup ||= effects.some((effect) => saidBy(effect)?.kind === 'welcome');
      return effects;
    },
    given: (input) => (isBackup && input.type === 'manager.protect' ? undefined : input),
    refused: (code, { type }) => (isBackup && type === 'manager.protect' ? 'not-alone' : code),
  };
});
