// The rules of a broken implementation under test/broken, without its process: the adapter that the file would run
// is replaced by one that only takes the rules.

import { readFileSync } from 'node:fs';
import { vi } from 'vitest';
import { findMutants, type Mutant } from '../../../conformance/mutants.ts';
import { inRoot } from '../../../conformance/root.ts';
import type { Rules } from '../../../impl/protocol/index.ts';

/** Call it within a test: it replaces a module while the file is imported. */
export async function rulesOf(file: string): Promise<Rules> {
  let taken: Rules | undefined;
  vi.doMock('../../../impl/host/adapter.ts', () => ({
    runAdapter: async ({ rules }: { rules: Rules }) => {
      taken = rules;
      return process.exitCode;
    },
  }));
  await import(`../../broken/${file}.ts`);
  vi.doUnmock('../../../impl/host/adapter.ts');
  if (taken === undefined) throw new Error(`test/broken/${file}.ts runs no adapter`);
  return taken;
}

/** Those of which a rule is all that is broken; the others are altered on their way, outside the process's reach. */
export function brokenByRule(): readonly Mutant[] {
  return findMutants().filter(({ name }) => {
    return readFileSync(inRoot('test', 'broken', `${name}.ts`), 'utf8').includes('standardRules');
  });
}
