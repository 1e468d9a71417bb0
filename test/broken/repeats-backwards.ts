// Breaks output.reissue-before-new: what is emitted again after a takeover comes in the opposite order.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import type { Effect } from '../../conformance/wire.ts';
import { saidBy, serveAltered } from '../altered-adapter.ts';

const isEmission = ({ type }: Effect): boolean => type === 'output.emit';

await serveAltered(() => {
  let isBackup = false;
  return {
    does(effects) {
      isBackup ||= effects.some((effect) => saidBy(effect)?.kind === 'welcome');
      if (!isBackup) return effects;
      const backwards = effects.filter(isEmission).toReversed();
      return effects.map((effect) => (isEmission(effect) ? (backwards.shift() ?? effect) : effect));
    },
  };
});
