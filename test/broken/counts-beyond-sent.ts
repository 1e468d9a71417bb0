// Breaks logging.acknowledgement-beyond-sent: an acknowledgement of what was never sent counts.
// The reference with this one rule replaced, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { runAdapter } from '../../impl/host/adapter.ts';
import { type Rules, standardRules } from '../../impl/protocol/index.ts';

const rules: Rules = {
  ...standardRules,
  acceptAcknowledge(arrival) {
    const { sent } = arrival;
    return standardRules.acceptAcknowledge({ ...arrival, sent: (sent + 1000n) as typeof sent });
  },
};

process.exitCode = await runAdapter({ input: process.stdin, output: process.stdout, rules });
