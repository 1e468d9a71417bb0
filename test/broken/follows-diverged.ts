// Breaks divergence.stop-and-renounce: a replica that contradicts its log goes on.
// The reference with this one rule replaced, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { runAdapter } from '../../impl/host/adapter.ts';
import { type Rules, standardRules } from '../../impl/protocol/index.ts';

const rules: Rules = {
  ...standardRules,
  stopsWhenDiverged: () => false,
};

process.exitCode = await runAdapter({ input: process.stdin, output: process.stdout, rules });
