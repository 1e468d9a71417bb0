// Breaks pairing.replacement-caught-up: the record is asked before the replacement is ready.
// The reference with this one rule replaced, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { runAdapter } from '../../impl/host/adapter.ts';
import { type Rules, standardRules } from '../../impl/protocol/index.ts';

const rules: Rules = {
  ...standardRules,
  mayReplace: ({ isCopied }) => isCopied,
};

process.exitCode = await runAdapter({ input: process.stdin, output: process.stdout, rules });
