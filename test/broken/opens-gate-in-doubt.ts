// Breaks output.open-after-record: an owner whose protect may yet take effect lets its outputs out at an answer.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { createOutputs, serveAltered, swapOf } from '../altered-adapter.ts';

await serveAltered(() => {
  const outputs = createOutputs();
  let isInDoubt = false;
  return {
    given(input) {
      outputs.given(input);
      return input;
    },
    does(effects, cause) {
      const isTold = cause?.type === 'arbiter.answered' || cause?.type === 'arbiter.failed';
      if (cause?.type === 'arbiter.answered') isInDoubt &&= cause.record?.phase === 'joining';
      outputs.done(effects);
      const early = isInDoubt && isTold ? outputs.waiting() : [];
      outputs.done(early);
      isInDoubt ||= effects.some((effect) => swapOf(effect)?.phase === 'protected');
      return [...early, ...effects];
    },
  };
});
