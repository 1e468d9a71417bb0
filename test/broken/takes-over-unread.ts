// Breaks pairing.eligible-when-recorded: a backup asks for the machine without a record that makes it eligible.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import type { Record } from '../../conformance/wire.ts';
import { saidBy, serveAltered } from '../altered-adapter.ts';

await serveAltered(({ incarnation }) => {
  let isReady = false;
  return {
    does(effects, cause) {
      isReady ||= effects.some((effect) => saidBy(effect)?.kind === 'ready');
      if (!isReady || cause?.type !== 'channel.closed') return effects;
      const named = { vm: 'vm-1', owner: incarnation, backup: null, phase: 'alone' } as const;
      const counters = { version: '1', epoch: '1', token: '1', base: '0' };
      const record: Record = { ...named, ...counters, reason: 'start' };
      const action = { swap: { version: '0', record } };
      return [{ type: 'arbiter.request', nonce: '999', action }];
    },
  };
});
