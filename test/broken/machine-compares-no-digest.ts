// Breaks replay.digest-compared: a digest in the log is not compared.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { serveAlteredMachine, undiverged } from '../altered-machine.ts';

await serveAlteredMachine(() => ({
  does: undiverged(({ expected }) => expected.kind === 'digest'),
}));
