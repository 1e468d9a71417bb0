// Breaks heartbeat.others-ignored: a beat of another machine, epoch or incarnation is a sign of life.
// The reference with this one rule replaced, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { runAdapter } from '../../impl/host/adapter.ts';
import { type Rules, standardRules } from '../../impl/protocol/index.ts';

const rules: Rules = {
  ...standardRules,
  isAuthentic: () => true,
};

process.exitCode = await runAdapter({ input: process.stdin, output: process.stdout, rules });
