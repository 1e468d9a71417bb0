// Breaks pairing.migration-keeps-hosts-distinct: a backup is replaced by a node on its owner's host, or by itself.
// The reference with this one rule replaced, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { runAdapter } from '../../impl/host/adapter.ts';
import { type Rules, standardRules } from '../../impl/protocol/index.ts';

const rules: Rules = {
  ...standardRules,
  mayTakePlace: () => true,
};

process.exitCode = await runAdapter({ input: process.stdin, output: process.stdout, rules });
