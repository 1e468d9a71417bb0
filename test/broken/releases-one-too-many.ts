// Breaks output.release-exactly-acknowledged: an acknowledgement releases one output more than it names.
// The reference with this one rule replaced, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { runAdapter } from '../../impl/host/adapter.ts';
import { type Rules, type Sequence, standardRules, toCounter } from '../../impl/protocol/index.ts';

const rules: Rules = {
  ...standardRules,
  mayIssue(at) {
    const { acknowledged } = at;
    const more = acknowledged === 0n ? acknowledged : acknowledged + 1n;
    return standardRules.mayIssue({ ...at, acknowledged: toCounter<Sequence>(more) });
  },
};

process.exitCode = await runAdapter({ input: process.stdin, output: process.stdout, rules });
