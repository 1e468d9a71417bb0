// Breaks protection.need-secondary-reason: a machine that needs a secondary does not say why.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { serveAltered } from '../altered-adapter.ts';

await serveAltered(() => ({
  does: (effects) => effects.map((one) => (one.type === 'report' ? { ...one, reason: '' } : one)),
}));
