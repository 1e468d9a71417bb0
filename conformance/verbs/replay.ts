// The verb `replay`: one case against one implementation, or two side by side, at once or step by step.
// Spec: conformance.md, "Replay".

import { createInterface } from 'node:readline/promises';
import { type AdapterCommand, defaultTimeouts } from '../adapter.ts';
import { type Case, isApplicable } from '../case.ts';
import { differenceText } from '../difference.ts';
import { findCase } from '../find-case.ts';
import { playCase, type Result } from '../play.ts';
import { failureText, paintFor, storyText } from '../report/console.ts';
import { stepText } from '../report/failure.ts';
import { openDesk } from '../seat.ts';
import { caseSeed } from '../seed.ts';
import { exitCode, isBad } from '../verdict.ts';
import type { Capabilities } from '../wire.ts';
import { clauseTexts, commandOf, commandText, seedOf, UsageError } from './common.ts';

export interface ReplayFlags {
  readonly seed?: string;
  readonly reference?: boolean;
  readonly step?: boolean;
  readonly vs?: string;
}

export async function replay(
  what: string,
  words: readonly string[],
  flags: ReplayFlags,
): Promise<number> {
  const played = findCase(what);
  const command = commandOf(words, flags.reference === true);
  const run = seedOf(flags.seed ?? '1');
  const seed = played.seed === undefined ? caseSeed(run, played.id) : BigInt(played.seed);
  const result = await playOn(command, played, seed);
  if (flags.step === true) await tellSteps(result);
  tellVerdict(result, command, run);
  if (flags.vs === undefined) return exitOf(result);
  const other = wordsToCommand(flags.vs);
  const second = await playOn(other, played, seed);
  console.log(`\nbeside it: ${commandText(other)}`);
  tellVerdict(second, other, run);
  const isOneForeign = [result, second].some(({ verdict }) => verdict === 'not-applicable');
  if (!isOneForeign) console.log(differenceText(played, result, second));
  const exits = [exitOf(result), exitOf(second)];
  return exits.includes(exitCode.nonConformant) ? exitCode.nonConformant : Math.max(...exits);
}

async function playOn(command: AdapterCommand, played: Case, seed: bigint): Promise<Result> {
  const { adapter, hello } = await openDesk({ command, timeouts: defaultTimeouts });
  if (adapter === undefined) throw new Error('a desk that was opened has an adapter');
  const { capabilities } = hello;
  const result: Result = isApplicable(played, capabilities)
    ? await playCase(adapter, played, seed, capabilities.observe)
    : { case: played, verdict: 'not-applicable', seed, steps: 0, text: foreignText(capabilities) };
  await adapter.close();
  return result;
}

function foreignText({ roles = [] }: Capabilities): string {
  return `it implements ${roles.join(', ')} alone: the case is about a node that it does not have`;
}

function exitOf({ verdict }: Result): number {
  // Nothing was shown of it.
  if (verdict === 'not-applicable') return exitCode.inconclusive;
  return isBad(verdict) ? exitCode.nonConformant : exitCode.conformant;
}

function tellVerdict(result: Result, command: AdapterCommand, run: bigint): void {
  const paint = paintFor(process.stdout);
  const { case: played, steps, seed } = result;
  if (result.verdict === 'pass') {
    console.log(`${paint.green('✓')} ${played.id}  ${steps} steps, case seed ${seed}`);
    return;
  }
  const context = { paint, clauseText: clauseTexts(), file: undefined, seed: run };
  console.log(failureText(result, { ...context, command: commandText(command) }));
}

/** Each step, what went in and out, and on a terminal a pause: it was played before it is told, so that no
 *  adapter waits for a reader. */
async function tellSteps({ case: played, story = [], failure }: Result): Promise<void> {
  const isTerminal = process.stdin.isTTY === true && process.stdout.isTTY === true;
  const reader = isTerminal
    ? createInterface({ input: process.stdin, output: process.stdout })
    : undefined;
  const last = failure?.step ?? played.steps.length;
  for (const [index, step] of played.steps.slice(0, last).entries()) {
    const count = index + 1;
    console.log(`step ${count} of ${played.steps.length}  ${stepText(step)}`);
    for (const line of story) if (line.step === count) console.log(`    ${storyText(line)}`);
    if (reader !== undefined && count < last) await reader.question('Enter: the next step ');
  }
  reader?.close();
}

/** `'node other.js --flag'`: words apart by blanks; quotes are kept together. */
export function wordsToCommand(text: string): AdapterCommand {
  const found = [...text.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)];
  const [file, ...args] = found.map(([, one, two, three]) => one ?? two ?? three ?? '');
  if (file === undefined) throw new UsageError('--vs: expected a command, got nothing');
  return { file, args };
}
