// Breaks replay.operation-at-its-step: an operation has the position before its step.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { isOperation } from '../../impl/replay/index.ts';
import { at, inLog, serveAlteredMachine } from '../altered-machine.ts';

await serveAlteredMachine(() => ({
  does: inLog((entry) => (isOperation(entry) ? at(entry, -1n) : entry)),
}));
