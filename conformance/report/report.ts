// The report of a run as other formats read it: parsed JSON that kept its schema, and what is asked of it again and
// again. It is made in json.ts. Spec: conformance.md, "Reports".

import { readFileSync } from 'node:fs';
import type { Profile, Tier } from '../case.ts';
import type { PlannedSuite } from '../plan.ts';
import type { QuarantineEntry } from '../quarantine.ts';
import { fileProblem } from '../schema.ts';
import { BadInputError, type Totals, type Verdict } from '../verdict.ts';
import type { Capabilities, Role } from '../wire.ts';
import type { ReportFailure } from './found.ts';

export type { Happening, ReportFailure, StoryLine } from './found.ts';

export interface Report {
  readonly format: 'lockstep-report/1';
  readonly suite: { readonly name: string; readonly version: string };
  readonly spec: string;
  readonly level: 'driven';
  /** Absent: `protocol`. */
  readonly profile?: Profile;
  readonly tier: Tier;
  readonly seed: string;
  readonly plan: string;
  readonly partial: boolean;
  readonly shard?: ReportShard;
  readonly implementation: Implementation;
  readonly capabilities: Capabilities;
  /** How to start the adapter again, as the user wrote it. */
  readonly command: string;
  readonly planned: number;
  readonly executed: number;
  readonly exit: number;
  readonly totals: Totals;
  readonly guarantee: string;
  readonly notCovered: readonly string[];
  readonly slices: readonly ReportSlice[];
  readonly suites?: readonly PlannedSuite[];
  /** Cases that the suite holds back, since they are wrong themselves. */
  readonly quarantine: readonly QuarantineEntry[];
  readonly cases: readonly ReportCase[];
}

export interface ReportShard {
  readonly index: number;
  readonly count: number;
  /** Cases of the whole plan. */
  readonly cases: number;
  /** Whether the plan is the whole tier. */
  readonly whole: boolean;
}

export interface Implementation {
  readonly name: string;
  readonly version: string;
  readonly language: string;
}

export interface ReportSlice {
  readonly name: string;
  readonly node: Role;
  readonly states: number;
  readonly transitions: number;
  readonly leftOut: number;
  readonly cases: number;
}

export interface ReportCase {
  readonly id: string;
  readonly clauses: readonly string[];
  readonly verdict: Verdict;
  readonly steps: number;
  readonly seed: string;
  /** Of a shard: where it stands in the whole plan, from 0. */
  readonly place?: number;
  readonly failure?: ReportFailure;
}

/** Bytes of a report that is read; one of a million cases is smaller. */
const reportBytesMax = 512 * 1024 * 1024;

/** @throws BadInputError that names the file and what is wrong with it */
export function readReport(path: string): Report {
  const refuse = (got: string): never => {
    throw new BadInputError(
      `${path}: expected a report that 'lockstep run --report json=FILE' wrote, got ${got}`,
    );
  };
  let parsed: unknown;
  try {
    const bytes = readFileSync(path);
    if (bytes.length > reportBytesMax) return refuse(`${bytes.length} bytes`);
    parsed = JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    if (error instanceof BadInputError) throw error;
    return refuse(error instanceof Error ? error.message : String(error));
  }
  const problem = fileProblem('report', parsed);
  // The schema has just been checked.
  return problem === undefined ? (parsed as Report) : refuse(problem);
}

/** Why a case did not pass, in one line. */
export function reasonOf({ verdict, failure }: ReportCase): string {
  return failure?.reason ?? verdict;
}

/** The command that plays a case again. */
export function replayCommand({ seed, command }: Report, id: string): string {
  return `npx lockstep replay ${id} --seed ${seed} -- ${command}`;
}

/** `acme 1.2 (rust)`. */
export function implementationText({ name, version, language }: Implementation): string {
  return `${name} ${version} (${language})`;
}

/** Everything planned was run, and nothing speaks against the implementation. */
export function isConformant({ partial, exit }: Report): boolean {
  return !partial && exit === 0;
}
