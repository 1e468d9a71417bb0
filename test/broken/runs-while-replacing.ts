// Breaks pairing.replacement-at-rest: the guest runs while the record may name either backup.
// The reference with this one rule replaced, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { runAdapter } from '../../impl/host/adapter.ts';
import { type Rules, standardRules } from '../../impl/protocol/index.ts';

const rules: Rules = {
  ...standardRules,
  restsUntilRead: () => false,
};

process.exitCode = await runAdapter({ input: process.stdin, output: process.stdout, rules });
