// Breaks logging.acknowledge-held-entries: one entry more than is held is acknowledged.
// The reference with this one rule replaced, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { runAdapter } from '../../impl/host/adapter.ts';
import { type Rules, type Sequence, standardRules, toCounter } from '../../impl/protocol/index.ts';

const rules: Rules = {
  ...standardRules,
  acknowledgedUpto: ({ held }) => toCounter<Sequence>(held + 1n),
};

process.exitCode = await runAdapter({ input: process.stdin, output: process.stdout, rules });
