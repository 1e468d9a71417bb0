// Breaks pairing.sync-failure-reported: a joining that failed is not reported.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { serveAltered } from '../altered-adapter.ts';

await serveAltered(() => {
  let before: string | undefined;
  return {
    does(effects, cause) {
      if (cause?.type !== 'arbiter.answered') return effects;
      const isFailed = before === 'joining' && cause.record?.phase === 'alone';
      before = cause.record?.phase;
      return isFailed ? effects.filter(({ type }) => type !== 'report') : effects;
    },
  };
});
