// Breaks heartbeat.suspect-on-channel-silence: a silent channel is not missed while beats come.
// The reference with this one rule replaced, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { runAdapter } from '../../impl/host/adapter.ts';
import { type Instant, type Rules, standardRules, toCounter } from '../../impl/protocol/index.ts';

const rules: Rules = {
  ...standardRules,
  suspectedAt: ({ datagramAt }, { beatTimeout }) => {
    return toCounter<Instant>(datagramAt + beatTimeout);
  },
};

process.exitCode = await runAdapter({ input: process.stdin, output: process.stdout, rules });
