// Breaks output.not-below-watermark: a new owner emits every output of its log again.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { createOutputs, saidBy, serveAltered } from '../altered-adapter.ts';

await serveAltered(() => {
  const outputs = createOutputs();
  let isBackup = false;
  return {
    given(input) {
      outputs.given(input);
      return input;
    },
    does(effects, cause) {
      isBackup ||= effects.some((effect) => saidBy(effect)?.kind === 'welcome');
      const isFenced = isBackup && cause?.type === 'disk.answered';
      return isFenced ? [...outputs.waiting(), ...effects] : effects;
    },
  };
});
