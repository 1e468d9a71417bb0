// Breaks logging.acknowledgement-never-decreases: a backup says after each acknowledgement the one before it again.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { plus, saidBy, serveAltered } from '../altered-adapter.ts';

await serveAltered(() => ({
  does(effects) {
    return effects.flatMap((effect) => {
      const said = saidBy(effect);
      if (effect.type !== 'channel.send' || said?.kind !== 'acknowledge') return [effect];
      if (said.upto === '0') return [effect];
      return [effect, { ...effect, message: { ...said, upto: plus(said.upto, -1n) } }];
    });
  },
}));
