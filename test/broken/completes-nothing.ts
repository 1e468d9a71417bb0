// Breaks device.completion-exactly-once: a disk operation that was answered is not completed.
// The reference with this one rule replaced, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { runAdapter } from '../../impl/host/adapter.ts';
import { type Rules, standardRules } from '../../impl/protocol/index.ts';

const rules: Rules = {
  ...standardRules,
  diskAnswer(at) {
    const leads = standardRules.diskAnswer(at);
    return leads === 'complete' ? 'ignore' : leads;
  },
};

process.exitCode = await runAdapter({ input: process.stdin, output: process.stdout, rules });
