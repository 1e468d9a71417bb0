// The verbs that look at cases and play none, or one: `list`, `explain`, `replay`.
// Spec: conformance.md, "Replay".

import { defaultTimeouts } from '../adapter.ts';
import { findCase } from '../find-case.ts';
import { playCase } from '../play.ts';
import { failureText, paintFor, stepText } from '../report/console.ts';
import { openDesk } from '../runner.ts';
import { canonical, caseSeed } from '../seed.ts';
import { planTier } from '../tiers.ts';
import { exitCode } from '../verdict.ts';
import { clauseTexts, commandOf, commandText, seedOf, type TierFlags, tierOf } from './common.ts';

export interface ListFlags extends TierFlags {
  readonly observe?: boolean;
  readonly only: readonly string[];
  readonly skip: readonly string[];
  readonly json?: boolean;
}

/** Line by line: a deep tier is longer than a text may be. */
export function list({ only, skip, json, observe, ...flags }: ListFlags): number {
  const plan = planTier({ ...tierOf(flags), only, skip, observes: observe !== false });
  let before = '[';
  for (const { id, tier, clauses, slice, steps } of plan.cases) {
    const row = { id, tier, clauses, slice: slice ?? null, steps: steps.length };
    const text = json === true ? `${before}${JSON.stringify(row)}` : `${id}  ${tier}`;
    console.log(json === true ? text : `${text}, ${row.steps} steps`);
    before = ',';
  }
  if (json === true) console.log(']');
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
