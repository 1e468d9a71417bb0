// Failing cases on disk: the concrete sequence, which replays without the generator.
// Spec: conformance.md, "Replay".

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Result } from './play.ts';

export const failuresFolder: string = join('.lockstep', 'failures');

/** Writes the case as it was played, to the failing step, and gives the file's path. */
export function saveFailure({ case: played, seed, failure }: Result): string {
  mkdirSync(failuresFolder, { recursive: true });
  const path = join(failuresFolder, `${played.id.replaceAll('/', '_')}.json`);
  const steps = played.steps.slice(0, failure?.step ?? played.steps.length);
  writeFileSync(path, `${JSON.stringify({ ...played, seed: String(seed), steps }, null, 2)}\n`);
  return path;
}
