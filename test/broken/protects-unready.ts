// Breaks pairing.ready-before-protect: protection is asked for before the backup is ready.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import type { Record } from '../../conformance/wire.ts';
import { plus, serveAltered } from '../altered-adapter.ts';

await serveAltered(() => {
  let record: Record | null = null;
  return {
    does(effects, cause) {
      if (cause?.type === 'arbiter.answered') record = cause.record;
      if (cause?.type !== 'guest.copied' || record?.phase !== 'joining') return effects;
      const { version } = record;
      const asked: Record = { ...record, version: plus(version, 1n), phase: 'protected' };
      const action = { swap: { version, record: asked } };
      return [...effects, { type: 'arbiter.request', nonce: '999', action }];
    },
  };
});
