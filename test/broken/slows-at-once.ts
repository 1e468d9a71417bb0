// Breaks flow.throttle-when-lagging: lag takes all of the share that may be taken.
// The reference with this one rule replaced, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { runAdapter } from '../../impl/host/adapter.ts';
import { type Rules, standardRules } from '../../impl/protocol/index.ts';

const rules: Rules = {
  ...standardRules,
  shareAfter: ({ lag, lagMax }) => (lag > lagMax ? 5 : 100),
};

process.exitCode = await runAdapter({ input: process.stdin, output: process.stdout, rules });
