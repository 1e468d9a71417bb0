// Breaks output.drop-at-takeover: outputs to a network that may lose are emitted again.
// The reference with this one rule replaced, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { runAdapter } from '../../impl/host/adapter.ts';
import { type Rules, standardRules } from '../../impl/protocol/index.ts';

const rules: Rules = {
  ...standardRules,
  emitsAfterTakeover(at) {
    return standardRules.emitsAfterTakeover({ ...at, network: 'at-least-once' });
  },
};

process.exitCode = await runAdapter({ input: process.stdin, output: process.stdout, rules });
