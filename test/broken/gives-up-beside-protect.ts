// Breaks arbitration.one-kind-of-request: an owner whose protect is unresolved gives its backup up beside it.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { inSwap, plus, serveAltered, swapOf } from '../altered-adapter.ts';

const giveUp = inSwap((record) => {
  const alone = { phase: 'alone', backup: null, base: '0', reason: 'give-up' } as const;
  return { ...record, ...alone, epoch: plus(record.epoch, 1n) };
});

await serveAltered(() => {
  let isAsked = false;
  return {
    does(effects, cause) {
      if (cause?.type === 'arbiter.answered') isAsked = false;
      return effects.map((effect) => {
        if (swapOf(effect)?.phase !== 'protected') return effect;
        const isAgain = isAsked;
        isAsked = true;
        return isAgain ? giveUp(effect) : effect;
      });
    },
  };
});
