// Breaks logging.lower-acknowledgement-ignored: a lower acknowledgement is a fault of the peer.
// The reference with this one rule replaced, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { runAdapter } from '../../impl/host/adapter.ts';
import { type Rules, standardRules } from '../../impl/protocol/index.ts';

const rules: Rules = {
  ...standardRules,
  acceptAcknowledge(arrival) {
    const { acknowledge, acknowledged } = arrival;
    const decided = standardRules.acceptAcknowledge(arrival);
    return decided === 'ignore' && acknowledge.upto < acknowledged ? 'fault' : decided;
  },
};

process.exitCode = await runAdapter({ input: process.stdin, output: process.stdout, rules });
