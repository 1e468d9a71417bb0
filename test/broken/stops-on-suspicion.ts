// Breaks heartbeat.suspicion-is-not-live: an owner halts its guest when it suspects its backup.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import type { Effect } from '../../conformance/wire.ts';
import { serveAltered } from '../altered-adapter.ts';

await serveAltered(() => ({
  does(effects, cause) {
    const isAsking = effects.some(({ type }) => type === 'arbiter.request');
    const halted: Effect = { type: 'guest.halt', reason: 'suspicion' };
    return cause === undefined && isAsking ? [...effects, halted] : effects;
  },
}));
