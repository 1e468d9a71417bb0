// Breaks pairing.discard-when-not-ready: a backup that was not ready keeps its copy when its channel closes.
// The reference with this one rule replaced, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { runAdapter } from '../../impl/host/adapter.ts';
import { type Rules, standardRules } from '../../impl/protocol/index.ts';

const rules: Rules = {
  ...standardRules,
  discardsUnread: () => false,
};

process.exitCode = await runAdapter({ input: process.stdin, output: process.stdout, rules });
