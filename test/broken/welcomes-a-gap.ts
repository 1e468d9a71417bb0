// Breaks logging.resume-not-kept: a hello is taken though the owner keeps nothing of what comes next.
// The reference with this one rule replaced, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { runAdapter } from '../../impl/host/adapter.ts';
import { type Rules, standardRules } from '../../impl/protocol/index.ts';

const rules: Rules = {
  ...standardRules,
  isKept: () => true,
};

process.exitCode = await runAdapter({ input: process.stdin, output: process.stdout, rules });
