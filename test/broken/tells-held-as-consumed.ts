// Breaks flow.lag-in-acknowledgements: a backup says that it has consumed what it holds.
// The reference with this one rule replaced, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { runAdapter } from '../../impl/host/adapter.ts';
import { type Rules, standardRules } from '../../impl/protocol/index.ts';

const rules: Rules = {
  ...standardRules,
  consumedUpto: ({ held }) => held,
};

process.exitCode = await runAdapter({ input: process.stdin, output: process.stdout, rules });
