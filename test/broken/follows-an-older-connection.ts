// Breaks pairing.hello-connection-number: a hello on a former connection is followed like one on the next.
// The reference with this one rule replaced, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { runAdapter } from '../../impl/host/adapter.ts';
import { type Rules, standardRules } from '../../impl/protocol/index.ts';

const rules: Rules = {
  ...standardRules,
  isLater: () => true,
};

process.exitCode = await runAdapter({ input: process.stdin, output: process.stdout, rules });
