// The reports of all shards of a run as the one report that the run on one machine would have written.
// It refuses what is no such set: a shard that is missing, doubled, or of another run.
// Spec: conformance.md, "Shards".

import { canonical } from '../seed.ts';
import { BadInputError, countVerdicts, totalsToExitCode } from '../verdict.ts';
import { guaranteeOf, hasPassed } from './guarantee.ts';
import type { Report, ReportCase, ReportShard } from './report.ts';

export interface ShardFile {
  readonly path: string;
  readonly report: Report;
}
interface Part extends ShardFile {
  readonly shard: ReportShard;
}

export interface MergeOptions {
  /** What is missing makes the report partial, and is no error. */
  readonly partial: boolean;
}

export function mergeReports(files: readonly ShardFile[], { partial }: MergeOptions): Report {
  const parts = files.map(partOf);
  const [first] = parts;
  if (first === undefined) throw new BadInputError('merge: expected reports of shards, got none');
  refuseForeign(first, parts);
  refuseDoubled(parts);
  if (!partial) refuseMissing(first, parts);
  const cases = orderedCases(first, parts);
  return wholeOf(first, cases);
}

function partOf({ path, report }: ShardFile): Part {
  const { shard } = report;
  if (shard === undefined) {
    throw new BadInputError(`${path} is no shard: it was written without --shard`);
  }
  return { path, report, shard };
}

/** What all shards of one run have in common. */
function runOf({ report, shard }: Part): { readonly [field: string]: unknown } {
  const { suite, spec, profile, tier, seed, plan, implementation, capabilities, slices, suites } =
    report;
  const { count, cases, whole } = shard;
  const run = {
    suite,
    spec,
    profile,
    tier,
    seed,
    plan,
    implementation,
    capabilities,
    slices,
    suites,
  };
  return { ...run, shards: count, cases, whole };
}

function refuseForeign(first: Part, parts: readonly Part[]): void {
  const wanted = runOf(first);
  for (const part of parts) {
    for (const [field, value] of Object.entries(runOf(part))) {
      const [one, other] = [canonical(wanted[field]), canonical(value)];
      if (one === other) continue;
      const what = `${field} ${other.slice(0, 120)}, but ${first.path} has ${one.slice(0, 120)}`;
      throw new BadInputError(`${part.path} is of another run: it has ${what}`);
    }
  }
}

function refuseDoubled(parts: readonly Part[]): void {
  const byIndex = new Map<number, Part>();
  for (const part of parts) {
    const { index, count } = part.shard;
    const before = byIndex.get(index);
    if (before !== undefined) {
      throw new BadInputError(`${before.path} and ${part.path} are both shard ${index}/${count}`);
    }
    byIndex.set(index, part);
  }
}

function refuseMissing(first: Part, parts: readonly Part[]): void {
  const { count } = first.shard;
  const here = new Set(parts.map(({ shard }) => shard.index));
  const missing = Array.from({ length: count }, (_, at) => at + 1).filter((at) => !here.has(at));
  if (missing.length > 0) {
    const names = missing.map((index) => `${index}/${count}`).join(', ');
    throw new BadInputError(`missing: shard ${names}; --partial merges what there is`);
  }
  const broken = parts.find(({ report }) => report.partial);
  if (broken !== undefined) {
    throw new BadInputError(`${broken.path} is itself partial; --partial merges what there is`);
  }
}

/** In the order of the plan; every place at most once, and all of them where no shard is partial. */
function orderedCases(first: Part, parts: readonly Part[]): readonly ReportCase[] {
  const byPlace = new Map<number, ReportCase>();
  for (const { path, report } of parts) {
    for (const one of report.cases) {
      const { place = -1 } = one;
      if (place < 0 || place >= first.shard.cases || byPlace.has(place)) {
        throw new BadInputError(`${path}: case ${one.id} has no place of its own in the plan`);
      }
      byPlace.set(place, one);
    }
  }
  const planned = parts.reduce((sum, { report }) => sum + report.planned, 0);
  const isWhole = parts.length === first.shard.count;
  if (isWhole && planned !== first.shard.cases) {
    throw new BadInputError(`the shards plan ${planned} of ${first.shard.cases} cases together`);
  }
  return [...byPlace].sort(([one], [other]) => one - other).map(([, found]) => found);
}

function wholeOf({ report, shard }: Part, found: readonly ReportCase[]): Report {
  const { shard: _, ...common } = report;
  const cases = found.map(({ place: __, ...one }) => one);
  const executed = cases.length;
  const totals = countVerdicts(cases.map(({ verdict }) => verdict));
  const allPassed = executed === shard.cases && hasPassed(totals, executed);
  return {
    ...common,
    partial: executed !== shard.cases,
    planned: shard.cases,
    executed,
    exit: totalsToExitCode(totals, shard.cases, executed),
    totals,
    guarantee: guaranteeOf({
      ...report,
      suites: report.suites ?? [],
      isWhole: shard.whole && allPassed,
    }),
    cases,
  };
}
