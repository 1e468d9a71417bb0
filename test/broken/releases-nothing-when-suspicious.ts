// Breaks output.late-acknowledgement-releases: an acknowledgement that comes after suspicion releases nothing.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { serveAltered } from '../altered-adapter.ts';

await serveAltered(() => {
  let isSuspicious = false;
  return {
    does(effects, cause) {
      const isAsking = effects.some(({ type }) => type === 'arbiter.request');
      if (cause === undefined && isAsking) isSuspicious = true;
      const isLate = isSuspicious && cause?.type === 'channel.arrived';
      return isLate ? effects.filter(({ type }) => type !== 'output.emit') : effects;
    },
  };
});
