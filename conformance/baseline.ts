// The file of known failures of one implementation: what must fail, what may, what is not played, and why.
// It turns verdicts into those that a run is judged by, and refuses a file that is no longer true.
// Spec: conformance.md, "Baselines".

import type { Case } from './case.ts';
import { parseGenerator } from './complete.ts';
import { matcherOf } from './plan.ts';
import type { Result } from './play.ts';
import { BadInputError, type Verdict } from './verdict.ts';

export type EntryClass = 'must-fail' | 'flaky' | 'skip';

export interface BaselineEntry {
  /** Of the file, from 1. */
  readonly line: number;
  readonly class: EntryClass;
  readonly pattern: string;
  /** Reasons that the failure must have one of; none: any. Each is `clause#code`, or a part of it. */
  readonly reasons: readonly string[];
  /** The last day on which it holds, as `2027-01-01`. */
  readonly until: string | undefined;
  /** What a person wrote beside it. */
  readonly note: string;
}

/** How often a flaky case is played at most before its verdict stands. */
export const flakyRuns = 3;

export function parseBaseline(text: string, file: string, today: string): BaselineEntry[] {
  const entries: BaselineEntry[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    const where = `${file}, line ${index + 1}`;
    const entry = parseEntry(trimmed, index + 1, where);
    if (entry.until !== undefined && entry.until < today) {
      throw new BadInputError(`${where}: expired on ${entry.until}; mend it, or give a later day`);
    }
    if (entry.class === 'skip' && entry.note === '') {
      throw new BadInputError(`${where}: !skip needs a reason: !skip ${entry.pattern} # why`);
    }
    entries.push(entry);
  }
  return entries;
}

const classes: { readonly [word: string]: EntryClass } = { '!flaky': 'flaky', '!skip': 'skip' };

function parseEntry(text: string, line: number, where: string): BaselineEntry {
  const [head = '', ...rest] = text.split(/\s+#\s?/);
  const comment = rest.join(' # ');
  const words = head.split(/\s+/);
  const kind = head.startsWith('!') ? classes[words.shift() ?? ''] : 'must-fail';
  if (kind === undefined)
    throw new BadInputError(`${where}: expected !flaky or !skip, got ${head}`);
  const [pattern, check] = words[0]?.split('#') ?? [];
  if (words.length !== 1 || pattern === undefined || pattern === '') {
    throw new BadInputError(
      `${where}: expected one pattern, got ${JSON.stringify(words.join(' '))}`,
    );
  }
  const quoted = [...comment.matchAll(/"([^"]*)"/g)].map(([, reason = '']) => reason);
  const reasons = check === undefined ? quoted : [...quoted, `#${check}`];
  const until = /(?:^|\s)until=(\S*)/.exec(comment)?.[1];
  if (until !== undefined && !/^\d{4}-\d\d-\d\d$/.test(until)) {
    throw new BadInputError(`${where}: expected until=2027-01-31, got until=${until}`);
  }
  const note = comment.replace(/"[^"]*"|(?:^|\s)until=\S*/g, '').trim();
  return { line, class: kind, pattern, reasons, until, note };
}

export interface Baseline {
  readonly entries: readonly BaselineEntry[];
  /** Where they stand. */
  readonly file: string;
  /** The entries of a case: all of one class. */
  of(one: Case): readonly BaselineEntry[];
  isSkipped(one: Case): boolean;
}

/** Holds the entries against all cases of a tier: each must match something, and no case two classes. */
export function createBaseline(entries: readonly BaselineEntry[], file: string): Baseline {
  const tests = entries.map((entry) => ({ entry, isMatched: matcherOf(entry.pattern) }));
  const of = (one: Case): readonly BaselineEntry[] => {
    const found = tests.filter(({ isMatched }) => isMatched(one)).map(({ entry }) => entry);
    const [first] = found;
    const other = found.find((entry) => entry.class !== first?.class);
    if (first === undefined || other === undefined) return found;
    const lines = `lines ${first.line} (${first.class}) and ${other.line} (${other.class})`;
    throw new BadInputError(`${file}: case ${one.id} is of two classes, by ${lines}`);
  };
  return { entries, file, of, isSkipped: (one) => of(one)[0]?.class === 'skip' };
}

/** Refuses entries that match none of these cases; one for a suite that is not among them stays. */
export function refuseUnused(
  entries: readonly BaselineEntry[],
  cases: Iterable<Case>,
  file: string,
): void {
  const baseline = createBaseline(entries, file);
  const unused = new Set(entries);
  const generators = new Set<string>();
  for (const one of cases) {
    generators.add(one.id.split('/')[1] ?? '');
    for (const entry of baseline.of(one)) unused.delete(entry);
  }
  for (const { line, pattern } of unused) {
    const generator = pattern.split('/')[1] ?? '';
    if (parseGenerator(generator) !== undefined && !generators.has(generator)) continue;
    throw new BadInputError(
      `${file}, line ${line}: ${pattern} matches no case; see 'lockstep list'`,
    );
  }
}

/** The reason of a result that did not pass: `adapter#error` where the adapter broke. */
export function reasonOf({ failure, verdict }: Pick<Result, 'failure' | 'verdict'>): string {
  return failure?.reason ?? `adapter#${verdict}`;
}

/** The verdict that the baseline makes of a result. */
export function judgeByBaseline(result: Result, entries: readonly BaselineEntry[]): Result {
  const [first] = entries;
  if (first === undefined || first.class !== 'must-fail') return result;
  if (result.verdict === 'pass') {
    const text = `line ${first.line} of the baseline (${first.pattern}) says that it fails; it passes`;
    return { ...result, verdict: 'unexpected-pass', text: `${text}: lockstep baseline prune` };
  }
  if (!isFailure(result.verdict)) return result;
  const reason = reasonOf(result);
  if (entries.some((entry) => isReason(entry, reason)))
    return { ...result, verdict: 'expected-fail' };
  const wanted = entries.flatMap(({ reasons }) => reasons).join(', ');
  const text = `the baseline expects it to fail by ${wanted}, not by ${reason}`;
  return { ...result, text: result.text === undefined ? text : `${result.text}\n    ${text}` };
}

export function isFailure(verdict: Verdict): boolean {
  return verdict === 'fail' || verdict === 'error';
}

function isReason({ reasons }: BaselineEntry, reason: string): boolean {
  return reasons.length === 0 || reasons.some((wanted) => reason.includes(wanted));
}

/** A flaky case that failed is played again, and what is reported is how often it passed. */
export async function judgeFlaky(first: Result, again: () => Promise<Result>): Promise<Result> {
  if (!isFailure(first.verdict)) return first;
  let passed = 0;
  for (let run = 1; run < flakyRuns; run += 1) if ((await again()).verdict === 'pass') passed += 1;
  const why = `${reasonOf(first)}; ${passed} of ${flakyRuns} plays passed`;
  return { ...first, verdict: 'flaky', text: why };
}
