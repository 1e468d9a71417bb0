// Breaks pairing.lower-epoch-superseded: a hello of an epoch that is over is welcomed.
// The reference with this one rule replaced, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { runAdapter } from '../../impl/host/adapter.ts';
import { type Epoch, type Rules, standardRules, toCounter } from '../../impl/protocol/index.ts';

const rules: Rules = {
  ...standardRules,
  refuseHello(arrival) {
    return standardRules.refuseHello({ ...arrival, epochSeen: toCounter<Epoch>(0n) });
  },
};

process.exitCode = await runAdapter({ input: process.stdin, output: process.stdout, rules });
