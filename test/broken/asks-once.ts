// Breaks arbitration.retry-while-unreachable: what the arbiter did not answer is not asked again.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { serveAltered } from '../altered-adapter.ts';

await serveAltered(() => {
  let isAsked = false;
  return {
    does(effects, cause) {
      if (cause?.type === 'arbiter.answered') isAsked = false;
      const isAgain = cause === undefined && isAsked;
      isAsked ||= effects.some(({ type }) => type === 'arbiter.request');
      return isAgain ? effects.filter(({ type }) => type !== 'arbiter.request') : effects;
    },
  };
});
