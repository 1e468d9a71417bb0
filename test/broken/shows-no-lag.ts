// Breaks flow.lag-status: the lag is green as long as there is one.
// The reference with this one rule replaced, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { runAdapter } from '../../impl/host/adapter.ts';
import { type Rules, standardRules } from '../../impl/protocol/index.ts';

const rules: Rules = {
  ...standardRules,
  lagStatus: (lag) => (lag === null ? 'gray' : 'green'),
};

process.exitCode = await runAdapter({ input: process.stdin, output: process.stdout, rules });
