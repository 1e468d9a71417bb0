// The suite's own list of cases that are known to be wrong: they are not played, and every report shows them. A list that
// is wrong itself is a bug of the suite. Not the known failures of an implementation: baseline.ts.
// Spec: conformance.md, "Quarantine".

import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { Case } from './case.ts';
import { parseGenerator } from './complete.ts';
import { allCases, matcherOf } from './plan.ts';
import { inRoot } from './root.ts';
import { RunnerBugError } from './verdict.ts';

export interface QuarantineEntry {
  readonly pattern: string;
  readonly why: string;
}
export interface Quarantine {
  readonly entries: readonly QuarantineEntry[];
  /** The entry that holds a case back. */
  of(one: Case): QuarantineEntry | undefined;
}

const file = 'conformance/quarantine.yaml';

/** @throws RunnerBugError where the text is no list of entries */
export function parseQuarantine(text: string): readonly QuarantineEntry[] {
  const list: unknown = parse(text);
  if (!Array.isArray(list)) throw new RunnerBugError(`${file}: expected a list of entries`);
  return list.map((entry: unknown, index) => {
    const where = `${file}, entry ${index + 1}`;
    if (typeof entry !== 'object' || entry === null) {
      throw new RunnerBugError(`${where}: expected pattern and why`);
    }
    const { pattern, why, ...others }: { [field: string]: unknown } = { ...entry };
    const isWhole = typeof pattern === 'string' && typeof why === 'string' && why.trim() !== '';
    if (!isWhole || Object.keys(others).length > 0) {
      const got = JSON.stringify(entry);
      throw new RunnerBugError(`${where}: expected a pattern and why it is wrong, got ${got}`);
    }
    return { pattern, why };
  });
}

/** @throws RunnerBugError where a pattern matches none of these cases, if they are given; one of a complete suite, which only some
 *  tiers play, may stand */
export function createQuarantine(
  entries: readonly QuarantineEntry[],
  cases?: () => readonly Case[],
): Quarantine {
  const tests = entries.map((entry) => ({ entry, isMatched: matcherOf(entry.pattern) }));
  const known = entries.length === 0 ? [] : cases?.();
  for (const { entry, isMatched } of known === undefined ? [] : tests) {
    const isOfSuite = parseGenerator(entry.pattern.split('/')[1] ?? '') !== undefined;
    if (isOfSuite || known?.some(isMatched) === true) continue;
    throw new RunnerBugError(`${file}: ${entry.pattern} matches no case: take it out, or mend it`);
  }
  return { entries, of: (one) => tests.find(({ isMatched }) => isMatched(one))?.entry };
}

/** The list that the suite carries. */
export function suiteQuarantine(): Quarantine {
  const text = readFileSync(inRoot(...file.split('/')), 'utf8');
  return createQuarantine(parseQuarantine(text), allCases);
}
