// The twin of every broken implementation: the reference with no rule replaced, started like them.
// What it fails too is no proof that a mutant was caught. Spec: conformance.md, "Mutants".

import { runAdapter } from '../../impl/host/adapter.ts';

process.exitCode = await runAdapter({ input: process.stdin, output: process.stdout });
