// Failing cases on disk: the concrete sequence, which replays without the generator.
// Spec: conformance.md, "Replay".

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Case } from './case.ts';
import type { Result } from './play.ts';
import { failureOf } from './report/failure.ts';

export const failuresFolder: string = join('.lockstep', 'failures');

/** Writes the case as it was played, to the failing step, with what was found, and gives the file's path. */
export function saveFailure(result: Result): string {
  mkdirSync(failuresFolder, { recursive: true });
  const path = join(failuresFolder, `${result.case.id.replaceAll('/', '_')}.json`);
  writeFileSync(path, `${JSON.stringify(failedCase(result), null, 2)}\n`);
  return path;
}

/** The concrete case that fails: no step behind the failing one. */
export function failedCase(result: Result): Case {
  const { case: played, seed, failure } = result;
  const steps = played.steps.slice(0, failure?.step ?? played.steps.length);
  const found = failureOf(result);
  const { failure: _, ...before } = played;
  const made = { ...before, seed: String(seed), steps };
  return found === undefined ? made : { ...made, failure: found };
}
