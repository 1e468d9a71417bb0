// Breaks lifecycle.test-failover-needs-running: a test failover is taken in every state.
// The reference with this one rule replaced, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { runAdapter } from '../../impl/host/adapter.ts';
import { type Rules, standardRules } from '../../impl/protocol/index.ts';

const rules: Rules = {
  ...standardRules,
  refuseOperation(at) {
    return at.operation === 'test-failover' ? null : standardRules.refuseOperation(at);
  },
};

process.exitCode = await runAdapter({ input: process.stdin, output: process.stdout, rules });
