// Breaks output.reissue-identical: what is emitted again after a takeover has other bytes.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import type { Effect } from '../../conformance/wire.ts';
import { flipped, saidBy, serveAltered } from '../altered-adapter.ts';

const altered = (effect: Effect): Effect =>
  effect.type === 'output.emit' ? { ...effect, data: flipped(effect.data) } : effect;

await serveAltered(() => {
  let isBackup = false;
  return {
    does(effects) {
      isBackup ||= effects.some((effect) => saidBy(effect)?.kind === 'welcome');
      return isBackup ? effects.map(altered) : effects;
    },
  };
});
