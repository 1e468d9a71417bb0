// Breaks storage.write-carries-token: writes carry the epoch instead of the token of the owner.
// The reference with this one rule replaced, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { runAdapter } from '../../impl/host/adapter.ts';
import { type Rules, standardRules, type Token, toCounter } from '../../impl/protocol/index.ts';

const rules: Rules = {
  ...standardRules,
  token: ({ epoch }) => toCounter<Token>(epoch),
};

process.exitCode = await runAdapter({ input: process.stdin, output: process.stdout, rules });
