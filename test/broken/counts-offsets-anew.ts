// Breaks output.offset-continues: a machine that came as a copy counts its bytes from another place.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import type { Effect } from '../../conformance/wire.ts';
import { plus, saidBy, serveAltered } from '../altered-adapter.ts';

const displaced = (effect: Effect): Effect =>
  effect.type === 'output.emit' ? { ...effect, offset: plus(effect.offset, 8n) } : effect;

await serveAltered(() => {
  let isBackup = false;
  return {
    does(effects) {
      isBackup ||= effects.some((effect) => saidBy(effect)?.kind === 'welcome');
      return isBackup ? effects.map(displaced) : effects;
    },
  };
});
