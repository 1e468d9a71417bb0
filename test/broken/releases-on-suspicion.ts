// Breaks output.suspicion-keeps-gate: the gate opens as soon as the backup is suspected.
// The reference with this one rule replaced, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { runAdapter } from '../../impl/host/adapter.ts';
import { type Rules, standardRules } from '../../impl/protocol/index.ts';

const rules: Rules = {
  ...standardRules,
  gateAfterSuspicion: () => ({ position: 'open' }),
};

process.exitCode = await runAdapter({ input: process.stdin, output: process.stdout, rules });
