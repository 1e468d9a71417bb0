// Breaks logging.keep-unacknowledged: what is recorded while the channel is away is not kept.
// The reference with this one rule replaced, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { runAdapter } from '../../impl/host/adapter.ts';
import { type Rules, standardRules } from '../../impl/protocol/index.ts';

const rules: Rules = {
  ...standardRules,
  keepsEntry: ({ isSent }) => isSent,
};

process.exitCode = await runAdapter({ input: process.stdin, output: process.stdout, rules });
