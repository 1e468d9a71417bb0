// Breaks pairing.second-backup-refused: an owner that has a backup takes another.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { serveAltered } from '../altered-adapter.ts';

await serveAltered(() => ({
  refused: (code, { type }) => (type === 'manager.protect' ? undefined : code),
}));
