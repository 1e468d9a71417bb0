// Breaks storage.staying-owner-keeps-fence: an owner that stays fences its disks again.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { serveAltered } from '../altered-adapter.ts';

await serveAltered(({ incarnation }) => {
  let before: string | undefined;
  return {
    does(effects, cause) {
      if (cause?.type !== 'arbiter.answered' || cause.record?.owner !== incarnation) return effects;
      const { phase, token } = cause.record;
      const isAgain = before !== undefined && before !== 'alone' && phase === 'alone';
      before = phase;
      if (!isAgain) return effects;
      return [...effects, { type: 'disk.request', operation: '0', token, action: { fence: {} } }];
    },
  };
});
