// The verb `export-vectors`: one file a clause or family, one vector a line, and a first file that says what they
// are. Those of instructions were recorded from a processor; they are copied as they stand.
// Spec: conformance.md, "Vectors".

import { appendFileSync, cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generousTimeouts } from '../adapter.ts';
import { instructionsFolder, readInstructionIndex } from '../instructions.ts';
import { openDesk } from '../seat.ts';
import { caseSeed } from '../seed.ts';
import { suiteVersion } from '../suite.ts';
import { planTier } from '../tiers.ts';
import { recordVector } from '../vectors.ts';
import { BadInputError, exitCode } from '../verdict.ts';
import { commandOf, seedOf, type TierFlags, tierOf, UsageError } from './common.ts';

export interface VectorFlags extends TierFlags {
  readonly output: string;
  readonly profile: string;
  readonly only: readonly string[];
  readonly skip: readonly string[];
  readonly seed: string;
}

export async function exportVectors(words: readonly string[], flags: VectorFlags): Promise<number> {
  const { profile } = flags;
  if (profile === 'cpu') return exportInstructions(words, flags.output);
  if (profile === 'protocol') return exportCases(words, flags);
  throw new UsageError(`--profile: expected protocol or cpu, got ${profile}`);
}

function exportInstructions(words: readonly string[], output: string): number {
  if (words.length > 0) throw new UsageError('--profile cpu takes no command after --');
  const counts = Object.values(readInstructionIndex().files);
  cpSync(instructionsFolder, output, { recursive: true });
  const count = counts.reduce((sum, one) => sum + one, 0);
  console.log(`${count} vectors in ${counts.length} files, ${output}`);
  return exitCode.conformant;
}

async function exportCases(words: readonly string[], flags: VectorFlags): Promise<number> {
  const command = commandOf(words, words.length === 0);
  const seed = seedOf(flags.seed);
  const plan = planTier({ ...tierOf(flags), only: flags.only, skip: flags.skip });
  mkdirSync(flags.output, { recursive: true });
  const { adapter } = await openDesk({ command, timeouts: generousTimeouts });
  if (adapter === undefined) throw new Error('a desk that was opened has an adapter');
  const counts = new Map<string, number>();
  for (const one of plan.cases) {
    const vector = await recordVector(adapter, one, caseSeed(seed, one.id));
    if (vector === undefined) {
      await adapter.close();
      throw new BadInputError(`${one.id}: the implementation does not pass it, so it is no vector`);
    }
    const file = `${one.clauses[0] ?? 'other'}.jsonl`;
    if (!counts.has(file)) rmSync(join(flags.output, file), { force: true });
    appendFileSync(join(flags.output, file), `${JSON.stringify(vector)}\n`);
    counts.set(file, (counts.get(file) ?? 0) + 1);
  }
  await adapter.close();
  const index = {
    format: 'lockstep-vectors/1',
    suite: suiteVersion,
    tier: plan.tier,
    plan: plan.hash,
    seed: String(seed),
    files: Object.fromEntries(counts),
  };
  writeFileSync(join(flags.output, 'index.json'), `${JSON.stringify(index, null, 2)}\n`);
  console.log(`${plan.cases.length} vectors in ${counts.size} files, ${flags.output}`);
  return exitCode.conformant;
}
