// Breaks replay.entry-bytes: epoch and number of an entry have changed places.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { bigintToEpoch, bigintToSequence } from '../../impl/replay/index.ts';
import { inLog, serveAlteredMachine } from '../altered-machine.ts';

await serveAlteredMachine(() => ({
  does: inLog((entry) => ({
    ...entry,
    epoch: bigintToEpoch(entry.seq),
    seq: bigintToSequence(entry.epoch),
  })),
}));
