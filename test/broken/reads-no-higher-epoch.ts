// Breaks arbitration.higher-epoch-reads-record: a message of a higher epoch leads to no read.
// The reference with this one rule replaced, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { runAdapter } from '../../impl/host/adapter.ts';
import { type Rules, standardRules } from '../../impl/protocol/index.ts';

const rules: Rules = {
  ...standardRules,
  readsRecord: () => false,
};

process.exitCode = await runAdapter({ input: process.stdin, output: process.stdout, rules });
