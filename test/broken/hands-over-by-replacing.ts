// Breaks lifecycle.owner-migrates-by-takeover: the replacement of a backup names it owner.
// The reference with this one rule replaced, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { runAdapter } from '../../impl/host/adapter.ts';
import { type Rules, standardRules } from '../../impl/protocol/index.ts';

const rules: Rules = {
  ...standardRules,
  namedByReplacing: ({ self, peer }) => ({ owner: peer, backup: self }),
};

process.exitCode = await runAdapter({ input: process.stdin, output: process.stdout, rules });
