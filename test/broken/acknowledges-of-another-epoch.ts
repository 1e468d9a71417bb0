// Breaks logging.cumulative-acknowledgement: a backup acknowledges an entry of another epoch, which it does not hold.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import type { Effect } from '../../conformance/wire.ts';
import { saidBy, serveAltered } from '../altered-adapter.ts';

await serveAltered(({ incarnation }) => {
  let epoch = '0';
  return {
    does(effects, cause) {
      for (const effect of effects) {
        const said = saidBy(effect);
        if (said?.kind === 'welcome') epoch = said.epoch;
      }
      if (cause?.type !== 'channel.arrived' || cause.message.kind !== 'entry') return effects;
      const { vm, seq, epoch: another } = cause.message;
      if (another === epoch) return effects;
      const message = { kind: 'acknowledge', vm, epoch, from: incarnation, upto: seq } as const;
      const { connection } = cause;
      const told: Effect = {
        type: 'channel.send',
        connection,
        message: { ...message, applied: '0' },
      };
      return [...effects, told];
    },
  };
});
