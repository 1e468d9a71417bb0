// Breaks arbitration.older-version-is-unreachable: an answer older than what was read is believed.
// The reference with this one rule replaced, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { runAdapter } from '../../impl/host/adapter.ts';
import { type Rules, standardRules } from '../../impl/protocol/index.ts';

const rules: Rules = {
  ...standardRules,
  isCurrent: () => true,
};

process.exitCode = await runAdapter({ input: process.stdin, output: process.stdout, rules });
