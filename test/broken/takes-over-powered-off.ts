// Breaks lifecycle.power-off-finished-by-backup: a backup takes over a machine that is to be off.
// The reference with this one rule replaced, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { runAdapter } from '../../impl/host/adapter.ts';
import { type Rules, standardRules } from '../../impl/protocol/index.ts';

const rules: Rules = {
  ...standardRules,
  finishesPowerOff: () => false,
};

process.exitCode = await runAdapter({ input: process.stdin, output: process.stdout, rules });
