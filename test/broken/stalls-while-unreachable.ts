// Breaks arbitration.backup-replays-while-unreachable: the guest gets nothing while the arbiter owes an answer.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { serveAltered } from '../altered-adapter.ts';

await serveAltered(() => {
  let isAsked = false;
  return {
    does(effects, cause) {
      if (cause?.type === 'arbiter.answered') isAsked = false;
      isAsked ||= effects.some(({ type }) => type === 'arbiter.request');
      return isAsked ? effects.filter(({ type }) => type !== 'guest.apply') : effects;
    },
  };
});
