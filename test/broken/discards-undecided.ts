// Breaks pairing.replacement-waits-for-record: a replacement gives up while the record may yet name it.
// The reference with this one rule replaced, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { runAdapter } from '../../impl/host/adapter.ts';
import { type Rules, standardRules } from '../../impl/protocol/index.ts';

const rules: Rules = {
  ...standardRules,
  waitsForRecord: () => false,
};

process.exitCode = await runAdapter({ input: process.stdin, output: process.stdout, rules });
