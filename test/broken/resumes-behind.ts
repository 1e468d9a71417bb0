// Breaks logging.resume-at-next: the entry that the backup wants is not sent again, only those after it.
// The reference with this one rule replaced, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { runAdapter } from '../../impl/host/adapter.ts';
import { type Rules, standardRules } from '../../impl/protocol/index.ts';

const rules: Rules = {
  ...standardRules,
  resumesAt: ({ next }) => next + 1n,
};

process.exitCode = await runAdapter({ input: process.stdin, output: process.stdout, rules });
