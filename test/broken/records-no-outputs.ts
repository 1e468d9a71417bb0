// Breaks output.own-entry: outputs have no entries.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import type { Message } from '../../conformance/wire.ts';
import { saidBy, serveAltered } from '../altered-adapter.ts';

const isOutputEntry = (message: Message | undefined): boolean =>
  message?.kind === 'entry' && message.entry === 'output';

await serveAltered(() => ({
  does: (effects) => effects.filter((effect) => !isOutputEntry(saidBy(effect))),
}));
