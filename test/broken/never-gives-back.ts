// Breaks flow.throttle-given-back: a share once taken stays taken while the pair lasts.
// The reference with this one rule replaced, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { runAdapter } from '../../impl/host/adapter.ts';
import { type Rules, standardRules } from '../../impl/protocol/index.ts';

const rules: Rules = {
  ...standardRules,
  shareAfter: (at) => Math.min(standardRules.shareAfter(at), at.share),
};

process.exitCode = await runAdapter({ input: process.stdin, output: process.stdout, rules });
