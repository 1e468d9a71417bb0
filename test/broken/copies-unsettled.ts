// Breaks lifecycle.backup-migration-quiesces: the guest is copied to a replacement before its outputs are settled.
// The reference with this one rule replaced, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { runAdapter } from '../../impl/host/adapter.ts';
import { type Rules, standardRules } from '../../impl/protocol/index.ts';

const rules: Rules = {
  ...standardRules,
  isSettled: (at) => at.operation === 'replace-backup' || standardRules.isSettled(at),
};

process.exitCode = await runAdapter({ input: process.stdin, output: process.stdout, rules });
