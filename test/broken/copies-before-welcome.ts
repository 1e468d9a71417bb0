// Breaks pairing.hello-before-entries: a copy follows the hello at once.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import type { Effect } from '../../conformance/wire.ts';
import { serveAltered } from '../altered-adapter.ts';

function andCopy(effect: Effect): readonly Effect[] {
  if (effect.type !== 'channel.send' || effect.message.kind !== 'hello') return [effect];
  const { vm, epoch, from, connection } = effect.message;
  const offsets = { network: '0', console: '0', disk: '0' };
  const copied = { kind: 'copy', position: '0', state: '', open: [], offsets } as const;
  return [effect, { type: 'channel.send', connection, message: { vm, epoch, from, ...copied } }];
}

await serveAltered(() => ({
  does: (effects) => effects.flatMap(andCopy),
}));
