// Breaks storage.fenced-reads-record: a write that was fenced leads to nothing.
// The reference with this one rule replaced, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { runAdapter } from '../../impl/host/adapter.ts';
import { type Rules, standardRules } from '../../impl/protocol/index.ts';

const rules: Rules = {
  ...standardRules,
  diskAnswer(at) {
    return at.result === 'fenced' ? 'ignore' : standardRules.diskAnswer(at);
  },
};

process.exitCode = await runAdapter({ input: process.stdin, output: process.stdout, rules });
