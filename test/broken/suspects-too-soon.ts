// Breaks heartbeat.heard-is-not-suspected: half the timeout is enough to suspect.
// The reference with this one rule replaced, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { runAdapter } from '../../impl/host/adapter.ts';
import { type Instant, type Rules, standardRules, toCounter } from '../../impl/protocol/index.ts';

const rules: Rules = {
  ...standardRules,
  suspectedAt: ({ datagramAt }, { beatTimeout }) => {
    return toCounter<Instant>(datagramAt + beatTimeout / 2n);
  },
};

process.exitCode = await runAdapter({ input: process.stdin, output: process.stdout, rules });
