// Breaks logging.resume-below-acknowledged: a backup that lost acknowledged entries stays the backup.
// The reference with this one rule replaced, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { runAdapter } from '../../impl/host/adapter.ts';
import { type Rules, standardRules } from '../../impl/protocol/index.ts';

const rules: Rules = {
  ...standardRules,
  mayResume: ({ next, sent }) => next <= sent + 1n,
};

process.exitCode = await runAdapter({ input: process.stdin, output: process.stdout, rules });
