// Breaks pairing.busy-refuses: a busy node says that something else is wrong.
// The reference with this one rule replaced, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { runAdapter } from '../../impl/host/adapter.ts';
import { type Rules, standardRules } from '../../impl/protocol/index.ts';

const rules: Rules = {
  ...standardRules,
  refuseHello(arrival) {
    const code = standardRules.refuseHello(arrival);
    return code === 'busy' ? 'superseded' : code;
  },
};

process.exitCode = await runAdapter({ input: process.stdin, output: process.stdout, rules });
