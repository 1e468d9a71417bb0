// The verbs that look at cases and play none, or one: `list`, `explain`, `replay`.
// Spec: conformance.md, "Replay".

import { existsSync } from 'node:fs';
import { defaultTimeouts } from '../adapter.ts';
import type { Case } from '../case.ts';
import { allCases, planRun, selectCases } from '../plan.ts';
import { playCase } from '../play.ts';
import { failureText, paintFor, stepText } from '../report/console.ts';
import { openDesk } from '../runner.ts';
import { canonical, caseSeed } from '../seed.ts';
import { BadInputError, exitCode } from '../verdict.ts';
import { parseCaseFile } from '../written-cases.ts';
import { clauseTexts, commandOf, commandText, seedOf } from './common.ts';

export interface ListFlags {
  readonly only: readonly string[];
  readonly skip: readonly string[];
  readonly json?: boolean;
}

export function list({ only, skip, json }: ListFlags): number {
  const cases = planRun({ tier: 'core', only, skip }).cases;
  const rows = cases.map(({ id, tier, clauses, slice, steps }) => {
    return { id, tier, clauses, slice: slice ?? null, steps: steps.length };
  });
  if (json === true) console.log(JSON.stringify(rows, null, 2));
  else for (const { id, tier, steps } of rows) console.log(`${id}  ${tier}, ${steps} steps`);
  return exitCode.conformant;
}

export function explain(id: string): number {
  const played = findCase(id);
  const texts = clauseTexts();
  console.log(`${played.id}\n${played.about ?? `from slice ${played.slice}`}`);
  for (const clause of played.clauses) console.log(`  ${clause}\n    ${texts(clause) ?? ''}`);
  for (const [index, step] of played.steps.entries()) {
    console.log(`${String(index + 1).padStart(3)}  ${stepText(step)}`);
    for (const [field, value] of Object.entries(step.expect ?? {})) {
      const isNothing =
        value === null || value === 0 || (Array.isArray(value) && value.length === 0);
      if (!isNothing) console.log(`       expect ${field} ${canonical(value)}`);
    }
  }
  return exitCode.conformant;
}

export interface ReplayFlags {
  readonly seed?: string;
  readonly reference?: boolean;
}

/** Plays one case, from its file or by its identifier, and prints how it went. */
export async function replay(
  what: string,
  words: readonly string[],
  flags: ReplayFlags,
): Promise<number> {
  const played = findCase(what);
  const command = commandOf(words, flags.reference === true);
  const run =
    flags.seed === undefined && played.seed === undefined ? 1n : seedOf(flags.seed ?? '1');
  const seed = played.seed === undefined ? caseSeed(run, played.id) : BigInt(played.seed);
  const { adapter, hello } = await openDesk({ command, timeouts: defaultTimeouts });
  if (adapter === undefined) return exitCode.unavailable;
  const result = await playCase(adapter, played, seed, hello.capabilities.observe);
  await adapter.close();
  const paint = paintFor(process.stdout);
  if (result.verdict === 'pass') {
    console.log(`${paint.green('✓')} ${played.id}  ${result.steps} steps, case seed ${seed}`);
    return exitCode.conformant;
  }
  const clauseText = clauseTexts();
  const text = commandText(command);
  console.log(
    failureText(result, { paint, clauseText, command: text, file: undefined, seed: run }),
  );
  return exitCode.nonConformant;
}

function findCase(what: string): Case {
  if (existsSync(what)) {
    const [played] = parseCaseFile(what);
    if (played !== undefined) return played;
    throw new BadInputError(`${what} holds no case`);
  }
  const [played] = selectCases(allCases(), [what], []);
  if (played === undefined) throw new BadInputError(`no case ${what}`);
  return played;
}
