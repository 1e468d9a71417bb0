// Breaks lifecycle.suspend-recorded: a machine is called suspended once that was asked for.
// The reference with this one rule replaced, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { runAdapter } from '../../impl/host/adapter.ts';
import { type Rules, standardRules } from '../../impl/protocol/index.ts';

const rules: Rules = {
  ...standardRules,
  isEnded: ({ operation, phase }) => {
    return operation === 'suspend' || standardRules.isEnded({ operation, phase });
  },
};

process.exitCode = await runAdapter({ input: process.stdin, output: process.stdout, rules });
