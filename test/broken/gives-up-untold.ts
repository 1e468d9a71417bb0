// Breaks pairing.replacement-given-up: whoever was sent the copy of a replacement given up is not told.
// The reference with this one rule replaced, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { runAdapter } from '../../impl/host/adapter.ts';
import { type Rules, standardRules } from '../../impl/protocol/index.ts';

const rules: Rules = {
  ...standardRules,
  touchesRecord: () => false,
};

process.exitCode = await runAdapter({ input: process.stdin, output: process.stdout, rules });
