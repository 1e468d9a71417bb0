// The verb `explain`: a case step by step with its clauses, and how it failed: by what was saved with it, by a report,
// or by playing it. Spec: conformance.md, "Explaining".

import { defaultTimeouts } from '../adapter.ts';
import type { Case } from '../case.ts';
import { failedCase } from '../failures.ts';
import { findCase } from '../find-case.ts';
import { createPlayer } from '../player.ts';
import { stepText } from '../report/failure.ts';
import { narrative } from '../report/narrative.ts';
import { type ReportFailure, readReport } from '../report/report.ts';
import { canonical, caseSeed } from '../seed.ts';
import { BadInputError, exitCode } from '../verdict.ts';
import { clauseTexts, commandOf, seedOf, UsageError } from './common.ts';

export interface ExplainFlags {
  readonly report?: string;
  readonly seed?: string;
  readonly reference?: boolean;
}

/** It tells, and judges nothing: the exit code is 0 whatever the case came to. */
export async function explain(
  what: string,
  words: readonly string[],
  flags: ExplainFlags,
): Promise<number> {
  const isPlayed = words.length > 0 || flags.reference === true;
  if (isPlayed && flags.report !== undefined) {
    throw new UsageError('--report tells what a run found: expected no adapter beside it');
  }
  const meant = findCase(what);
  const clauseText = clauseTexts();
  const { played, found } = isPlayed
    ? await play(meant, words, flags)
    : { played: meant, found: saved(meant, flags.report) };
  tellCase(played, clauseText, found?.step);
  if (found !== undefined) console.log(`\n${narrative(found, played, { clauseText })}`);
  else if (isPlayed) console.log('\nit passes');
  return exitCode.conformant;
}

async function play(
  played: Case,
  words: readonly string[],
  { seed: text, reference }: ExplainFlags,
): Promise<{ readonly played: Case; readonly found: ReportFailure | undefined }> {
  const player = createPlayer(commandOf(words, reference === true), defaultTimeouts);
  const run = seedOf(text ?? '1');
  const seed = played.seed === undefined ? caseSeed(run, played.id) : BigInt(played.seed);
  const result = await player.play(played, seed);
  await player.close();
  const found = result.verdict === 'pass' ? undefined : failedCase(result).failure;
  return { played: result.case, found };
}

/** What was found when it failed: it stands in the report, or in the file of the case. */
function saved(played: Case, report: string | undefined): ReportFailure | undefined {
  if (report === undefined) return played.failure;
  const { cases } = readReport(report);
  const found = cases.find(({ id }) => id === played.id);
  if (found === undefined) throw new BadInputError(`${report} has no case ${played.id}`);
  if (found.failure === undefined) console.log(`${report}: ${found.verdict}\n`);
  return found.failure;
}

function tellCase(
  played: Case,
  clauseText: (clause: string) => string | undefined,
  failing: number | undefined,
): void {
  const { id, about, slice, clauses, steps } = played;
  console.log(
    `${id}\n${about ?? (slice === undefined ? 'a case of its own' : `from slice ${slice}`)}`,
  );
  for (const clause of clauses) console.log(`  ${clause}\n    ${clauseText(clause) ?? ''}`);
  for (const [index, step] of steps.entries()) {
    const mark = index + 1 === failing ? '▶' : ' ';
    console.log(`${mark}${String(index + 1).padStart(3)}  ${stepText(step)}`);
    for (const [field, value] of Object.entries(step.expect ?? {})) {
      const isNothing =
        value === null || value === 0 || (Array.isArray(value) && value.length === 0);
      if (!isNothing) console.log(`        expect ${field} ${canonical(value)}`);
    }
  }
}
