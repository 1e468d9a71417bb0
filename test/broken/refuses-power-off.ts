// Breaks lifecycle.power-off-never-refused: a power-off is refused while a backup joins.
// The reference with this one rule replaced, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { runAdapter } from '../../impl/host/adapter.ts';
import { type Rules, standardRules } from '../../impl/protocol/index.ts';

const rules: Rules = {
  ...standardRules,
  refuseOperation(at) {
    const isEarly = at.operation === 'power-off' && at.isJoining;
    return isEarly ? 'joining' : standardRules.refuseOperation(at);
  },
};

process.exitCode = await runAdapter({ input: process.stdin, output: process.stdout, rules });
