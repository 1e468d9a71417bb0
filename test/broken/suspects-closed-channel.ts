// Breaks pairing.closed-channel-is-silence: a closed channel of a pair that runs is a suspicion at once.
// The reference with this one rule replaced, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { runAdapter } from '../../impl/host/adapter.ts';
import { type Rules, standardRules } from '../../impl/protocol/index.ts';

const rules: Rules = {
  ...standardRules,
  bearsClosing: () => false,
};

process.exitCode = await runAdapter({ input: process.stdin, output: process.stdout, rules });
