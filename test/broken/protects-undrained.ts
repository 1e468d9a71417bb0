// Breaks pairing.drain-before-protect: T4 is sent before the backup holds what left through the open gate.
// The reference with this one rule replaced, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { runAdapter } from '../../impl/host/adapter.ts';
import { type Rules, standardRules } from '../../impl/protocol/index.ts';

const rules: Rules = {
  ...standardRules,
  mayProtect: () => true,
};

process.exitCode = await runAdapter({ input: process.stdin, output: process.stdout, rules });
