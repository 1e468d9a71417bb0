// What a person reads of a run: each failure with its clause and the command that replays it,
// then what was run, what passed, and what that guarantees.
// Spec: conformance.md, "Reports".

import { createColors } from 'picocolors';
import type { Case } from '../case.ts';
import { failedCase } from '../failures.ts';
import type { Plan } from '../plan.ts';
import type { Result } from '../play.ts';
import type { Run } from '../runner.ts';
import { canonical } from '../seed.ts';
import { encodeToken, tokenPrintedMax } from '../token.ts';
import { countVerdicts, verdicts } from '../verdict.ts';
import type { TraceLine } from '../world/session.ts';
import { stepText, tellingLines } from './failure.ts';
import { guaranteeOf, hasPassed, notCoveredOf, reportSlices } from './guarantee.ts';

export type Paint = ReturnType<typeof createColors>;

/** Colours on a terminal alone. */
export function paintFor(stream: { readonly isTTY?: boolean | undefined }): Paint {
  return createColors(stream.isTTY === true && process.env.NO_COLOR === undefined);
}

export interface FailureContext {
  readonly paint: Paint;
  /** The clause's sentence, where the registry has it. */
  clauseText(clause: string): string | undefined;
  /** Seed of the run. */
  readonly seed: bigint;
  /** How to start the adapter again, as the user wrote it. */
  readonly command: string;
  /** Where the concrete sequence was saved. */
  readonly file: string | undefined;
}

/** Characters of a line's fields: a record fits, a copy does not. */
const fieldsMax = 260;

export function failureText(result: Result, context: FailureContext): string {
  const { paint } = context;
  const { case: played, failure, text } = result;
  if (failure === undefined) {
    return `${paint.red('✗')} ${paint.bold(played.id)}  ${result.verdict}\n    ${text ?? ''}`;
  }
  const clause = failure.reason.split('#')[0] ?? '';
  const sentence = context.clauseText(clause);
  const lines = [
    `${paint.red('✗')} ${paint.bold(played.id)}  step ${failure.step} of ${played.steps.length}`,
    ...tellingLines(failure.story).map((line) => `    ${paint.dim(storyText(line))}`),
    `    step      ${stepText(played.steps[failure.step - 1])}`,
    `    expected  ${failure.expected}`,
    `    actual    ${failure.actual}`,
    `    reason    ${paint.red(failure.reason)}`,
    ...failure.other.map((other) => `    also      ${other}`),
    ...(sentence === undefined ? [] : [`    clause    ${sentence}`]),
    `    replay    npx lockstep replay ${played.id} --seed ${context.seed} -- ${context.command}`,
    ...(context.file === undefined ? [] : [`    file      ${context.file}`]),
    ...tokenLines(failedCase(result)),
  ];
  return lines.join('\n');
}

/** A token stands for the case wherever a file may stand, if it is short enough to be pasted. */
export function tokenLines(failed: Case): string[] {
  // Of failures beyond a bound a run keeps no steps.
  if (failed.steps.length === 0) return [];
  const token = encodeToken(failed);
  return token.length > tokenPrintedMax ? [] : [`    token     ${token}`];
}

/** How often each reason failed a case, most frequent first: many failures are often one fault. */
export function reasonsText(results: readonly Result[]): string {
  const counts = new Map<string, number>();
  for (const { verdict, failure } of results) {
    if (verdict === 'pass') continue;
    const reason = failure?.reason ?? verdict;
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  const rows = [...counts].sort(([, a], [, b]) => b - a);
  return rows.map(([reason, count]) => `${String(count).padStart(6)}  ${reason}`).join('\n');
}

export function storyText({ at, node, input, effect }: TraceLine): string {
  const arrow = input === undefined ? `${node} ──▶` : `${node} ◀──`;
  const { type, ...fields } = input ?? effect ?? { type: '' };
  const shown = canonical(fields);
  const short = shown.length > fieldsMax ? `${shown.slice(0, fieldsMax)}…` : shown;
  return `${String(at).padStart(11)}  ${arrow} ${type} ${short}`;
}

function shardText({ shard }: Plan): string {
  if (shard === undefined) return '';
  return `, shard ${shard.index}/${shard.count} of ${shard.cases} cases`;
}

/** Of the profile that is meant where none is named, nothing. */
function profileText({ profile }: Plan): string {
  return profile === undefined ? '' : `profile ${profile}, `;
}

/** The slices of the nodes that the implementation has. */
function judgedSlices({ slices }: Plan, { capabilities: { roles } }: Run['hello']): Plan['slices'] {
  return slices.filter(({ node }) => roles === undefined || roles.includes(node));
}

export function summaryText(
  plan: Plan,
  run: Run,
  seed: bigint,
  isWhole: boolean,
  paint: Paint,
): string {
  const { results, planned, hello } = run;
  const totals = countVerdicts(results.map(({ verdict }) => verdict));
  const { name, version, language } = hello.implementation;
  const counts = verdicts
    .filter((verdict) => totals[verdict] > 0 || verdict === 'pass' || verdict === 'fail')
    .map((verdict) => `${totals[verdict]} ${verdict}`);
  const allPassed = hasPassed(totals, planned);
  const colour = allPassed ? paint.green : paint.red;
  const written = results.filter((result) => result.case.slice === undefined).length;
  return [
    `${name} ${version} (${language}), driven level, ${profileText(plan)}tier ${plan.tier}`,
    ...judgedSlices(plan, hello).map(({ name: slice, states, transitions, cases, unreachable }) => {
      const left = unreachable === 0 ? '' : `, ${unreachable} transitions left out`;
      const sizes = `${states} states, ${transitions} transitions, ${cases.length} cases${left}`;
      return `  slice ${slice}: ${sizes}`;
    }),
    ...plan.suites.map(({ slice, extraStates, states, tests, cut }) => {
      const short = cut === 0 ? '' : `, ${cut} of them cut short`;
      const of = `HSI with ${extraStates} extra states of ${states} when minimal`;
      return `  suite ${slice}: ${of}, ${tests} cases${short}`;
    }),
    `  written cases: ${written}`,
    ...run.quarantine.map(
      ({ pattern, why }) => `  held back, a fault of the suite: ${pattern}: ${why}`,
    ),
    `seed ${seed}, plan ${plan.hash}${shardText(plan)}`,
    colour(`${results.length} of ${planned} cases executed: ${counts.join(', ')}`),
    ...(results.length === planned ? [] : [paint.red('this report is partial')]),
    `guarantee: ${guaranteeOf({
      ...plan,
      slices: reportSlices(plan),
      capabilities: hello.capabilities,
      isWhole: isWhole && allPassed && plan.shard === undefined,
    })}`,
    'not covered:',
    ...notCoveredOf(plan).map((line) => `  - ${line}`),
  ].join('\n');
}
