// Breaks logging.undecodable-not-acknowledged: an entry that is not understood is passed over, and the channel kept.
// The reference with this one rule replaced, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { runAdapter } from '../../impl/host/adapter.ts';
import { type Rules, standardRules } from '../../impl/protocol/index.ts';

const rules: Rules = {
  ...standardRules,
  acceptEntry(arrival) {
    const decided = standardRules.acceptEntry(arrival);
    return decided === 'fault' && arrival.entry.entry === 'unknown' ? 'ignore' : decided;
  },
};

process.exitCode = await runAdapter({ input: process.stdin, output: process.stdout, rules });
