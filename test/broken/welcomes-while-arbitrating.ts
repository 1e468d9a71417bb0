// Breaks pairing.arbitrating-answer: a hello is taken while a swap of its own is unresolved.
// The reference with this one rule replaced, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { runAdapter } from '../../impl/host/adapter.ts';
import { type Rules, standardRules } from '../../impl/protocol/index.ts';

const rules: Rules = {
  ...standardRules,
  mustArbitrateFirst: () => false,
};

process.exitCode = await runAdapter({ input: process.stdin, output: process.stdout, rules });
