// The verb `shrink`, and what `run` shrinks by itself: one failing case of each reason.
// Spec: conformance.md, "Shrinking".

import { writeFileSync } from 'node:fs';
import { type AdapterCommand, type AdapterTimeouts, defaultTimeouts } from '../adapter.ts';
import type { Case } from '../case.ts';
import { failedCase } from '../failures.ts';
import { findCase } from '../find-case.ts';
import type { Result } from '../play.ts';
import { createPlayer } from '../player.ts';
import { tokenLines } from '../report/console.ts';
import { caseSeed } from '../seed.ts';
import { defaultBudgetSeconds, type Shrunk, shrinkCase } from '../shrink.ts';
import { exitCode } from '../verdict.ts';
import { commandOf, commandText, seedOf, UsageError } from './common.ts';

export interface ShrinkFlags {
  readonly shrinkBudget?: string;
  readonly output?: string;
  readonly seed?: string;
  readonly reference?: boolean;
}

export function budgetOf(text: string | undefined): number {
  if (text === undefined) return defaultBudgetSeconds * 1000;
  if (!/^\d{1,5}$/.test(text)) {
    throw new UsageError(`--shrink-budget: expected seconds, 0 to 99999, got ${text}`);
  }
  return Number(text) * 1000;
}

export async function shrink(
  file: string,
  words: readonly string[],
  flags: ShrinkFlags,
): Promise<number> {
  const command = commandOf(words, flags.reference === true);
  const budgetMs = budgetOf(flags.shrinkBudget);
  const played = findCase(file);
  const seed =
    played.seed === undefined ? caseSeed(seedOf(flags.seed ?? '1'), played.id) : played.seed;
  const player = createPlayer(command, defaultTimeouts);
  const first = await player.play(played, BigInt(seed));
  if (first.failure === undefined) {
    await player.close();
    console.log(`${played.id}: ${first.verdict}; there is no failure to shrink`);
    return first.verdict === 'pass' ? exitCode.conformant : exitCode.nonConformant;
  }
  const options = { play: (one: Case) => player.play(one, BigInt(seed)), budgetMs, now };
  const shrunk = await shrinkCase(first, options);
  await player.close();
  const output = flags.output ?? shrunkPath(file.endsWith('.json') ? file : nameOf(played));
  console.log(shrunkText(shrunk, saveShrunk(shrunk, BigInt(seed), output), command));
  return exitCode.nonConformant;
}

/** Of a run: the first failing case of each reason whose steps are still known. */
export async function* shrinkFailures(
  results: readonly Result[],
  files: ReadonlyMap<string, string>,
  setting: {
    readonly command: AdapterCommand;
    readonly timeouts: AdapterTimeouts;
    readonly budgetMs: number;
  },
): AsyncGenerator<string> {
  const byReason = new Map<string, Result>();
  for (const result of results) {
    const { verdict, failure } = result;
    const isWhole = verdict === 'fail' && failure !== undefined && result.case.steps.length > 0;
    if (isWhole && !byReason.has(failure.reason)) byReason.set(failure.reason, result);
  }
  if (byReason.size === 0 || setting.budgetMs === 0) return;
  const until = now() + setting.budgetMs;
  const player = createPlayer(setting.command, setting.timeouts);
  for (const result of byReason.values()) {
    const file = files.get(result.case.id);
    if (now() >= until || file === undefined) break;
    const play = (one: Case): Promise<Result> => player.play(one, result.seed);
    const shrunk = await shrinkCase(result, { play, budgetMs: until - now(), now });
    if (shrunk.after === shrunk.before) continue;
    const path = saveShrunk(shrunk, result.seed, shrunkPath(file));
    yield shrunkText(shrunk, path, setting.command);
  }
  await player.close();
}

const now = (): number => performance.now();

function shrunkPath(file: string): string {
  return file.endsWith('.shrunk.json') ? file : file.replace(/\.json$/, '.shrunk.json');
}

/** Of a case that came from no file. */
function nameOf({ id }: Case): string {
  return `${id.replaceAll('/', '_')}.json`;
}

function saveShrunk({ case: found, result }: Shrunk, seed: bigint, path: string): string {
  const made = failedCase({ ...result, case: found, seed });
  writeFileSync(path, `${JSON.stringify(made, null, 2)}\n`);
  return path;
}

function shrunkText(shrunk: Shrunk, path: string, command: AdapterCommand): string {
  const { before, after, plays, isOver, result } = shrunk;
  const end = isOver ? '; the budget ended it' : '';
  return [
    `${result.failure?.reason}: shrunk from ${before} steps to ${after} in ${plays} plays${end}`,
    `    replay    npx lockstep replay ${path} -- ${commandText(command)}`,
    ...tokenLines(failedCase(result)),
  ].join('\n');
}
