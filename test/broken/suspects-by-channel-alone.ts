// Breaks heartbeat.suspect-on-silence: silent beats are not missed while the channel speaks.
// The reference with this one rule replaced, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { runAdapter } from '../../impl/host/adapter.ts';
import { type Instant, type Rules, standardRules, toCounter } from '../../impl/protocol/index.ts';

const rules: Rules = {
  ...standardRules,
  suspectedAt: ({ channelAt }, { channelTimeout }) => {
    return toCounter<Instant>(channelAt + channelTimeout);
  },
};

process.exitCode = await runAdapter({ input: process.stdin, output: process.stdout, rules });
