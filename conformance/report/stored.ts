// A report as it stands in a file: read, held against its schema, and no more.
// Spec: conformance.md, "Reports".

import { readFileSync } from 'node:fs';
import type { Tier } from '../case.ts';
import type { PlannedSuite } from '../plan.ts';
import { fileProblem } from '../schema.ts';
import { BadInputError, type Totals, type Verdict } from '../verdict.ts';

export interface StoredShard {
  readonly index: number;
  readonly count: number;
  /** Cases of the whole plan. */
  readonly cases: number;
  /** Whether the plan is the whole tier. */
  readonly whole: boolean;
}

export interface StoredFailure {
  readonly reason: string;
  readonly step: number;
  readonly expected: string;
  readonly actual: string;
  readonly text: string;
  readonly other: readonly string[];
}

export interface StoredCase {
  readonly id: string;
  readonly clauses: readonly string[];
  readonly verdict: Verdict;
  readonly steps: number;
  readonly seed: string;
  /** Of a shard: where it stands in the whole plan, from 0. */
  readonly place?: number;
  readonly failure?: StoredFailure;
}

export interface StoredReport {
  readonly format: 'lockstep-report/1';
  readonly suite: { readonly name: string; readonly version: string };
  readonly spec: string;
  readonly level: 'driven';
  readonly tier: Tier;
  readonly seed: string;
  readonly plan: string;
  readonly partial: boolean;
  readonly shard?: StoredShard;
  readonly implementation: unknown;
  readonly capabilities: { readonly observe: boolean } | null;
  readonly planned: number;
  readonly executed: number;
  readonly exit: number;
  readonly totals: Totals;
  readonly guarantee: string;
  readonly slices: readonly { readonly name: string; readonly leftOut: number }[];
  readonly suites?: readonly PlannedSuite[];
  readonly cases: readonly StoredCase[];
}

export function readReport(path: string): StoredReport {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new BadInputError(`cannot read report ${path}: ${why}`);
  }
  const problem = fileProblem('report', value);
  if (problem !== undefined) throw new BadInputError(`${path} is no report: ${problem}`);
  // The schema has just been checked; StoredReport is its transcription.
  return value as StoredReport;
}
