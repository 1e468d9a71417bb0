// Breaks arbitration.outcome-by-reading: the outcome is what was proposed, not what the record says.
// The reference with this one rule replaced, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { runAdapter } from '../../impl/host/adapter.ts';
import { type Rules, standardRules, standingOf } from '../../impl/protocol/index.ts';

const rules: Rules = {
  ...standardRules,
  outcome: ({ record, self, proposed }) => standingOf(proposed ?? record, self),
};

process.exitCode = await runAdapter({ input: process.stdin, output: process.stdout, rules });
