// Breaks logging.ignore-old-epoch: an acknowledgement of an older epoch releases outputs.
// The reference with this one rule replaced, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { runAdapter } from '../../impl/host/adapter.ts';
import { type Rules, standardRules } from '../../impl/protocol/index.ts';

const rules: Rules = {
  ...standardRules,
  acceptAcknowledge(arrival) {
    const { acknowledge, pairing } = arrival;
    const epoch = acknowledge.epoch < pairing.epoch ? pairing.epoch : acknowledge.epoch;
    return standardRules.acceptAcknowledge({ ...arrival, acknowledge: { ...acknowledge, epoch } });
  },
};

process.exitCode = await runAdapter({ input: process.stdin, output: process.stdout, rules });
