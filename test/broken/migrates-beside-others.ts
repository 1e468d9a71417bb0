// Breaks lifecycle.one-migration: other operations are taken while a backup is replaced.
// The reference with this one rule replaced, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { runAdapter } from '../../impl/host/adapter.ts';
import { type Rules, standardRules } from '../../impl/protocol/index.ts';

const rules: Rules = {
  ...standardRules,
  migratesAlone: () => false,
};

process.exitCode = await runAdapter({ input: process.stdin, output: process.stdout, rules });
