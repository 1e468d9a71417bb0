// Breaks pairing.record-while-joining: outputs have no entries while a backup joins.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import type { Message } from '../../conformance/wire.ts';
import { saidBy, serveAltered } from '../altered-adapter.ts';

const isOutputEntry = (message: Message | undefined): boolean =>
  message?.kind === 'entry' && message.entry === 'output';

await serveAltered(() => {
  let isJoining = false;
  return {
    does(effects, cause) {
      if (cause?.type === 'arbiter.answered') isJoining = cause.record?.phase === 'joining';
      return effects.filter((effect) => !isJoining || !isOutputEntry(saidBy(effect)));
    },
  };
});
