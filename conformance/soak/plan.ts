// The runs of soak as a plan: each is a case whose steps are not known before it is played, and that is filed, selected and
// spread over machines by its number. Spec: conformance.md, "Soak".

import type { Case } from '../case.ts';
import { createPlanHash, type Plan, selectCases } from '../plan.ts';
import type { Shard } from '../shard.ts';
import { soakNodes } from './schedule.ts';

/** Under a minute with the reference on two cores. */
export const defaultRuns = 400;

export interface SoakOptions {
  readonly runs: number;
  readonly only: readonly string[];
  readonly skip: readonly string[];
  readonly shard?: Shard;
}

export function planSoak({ runs, only, skip, shard }: SoakOptions): Plan {
  const all = Array.from({ length: runs }, (_, index) => soakCase(index + 1));
  const chosen = selectCases(all, only, skip);
  const hash = createPlanHash();
  for (const one of chosen) hash.add(one);
  const plan = { tier: 'soak', slices: [], suites: [], hash: hash.digest() } as const;
  if (shard === undefined) return { ...plan, cases: chosen };
  const places = chosen.flatMap((_, place) => (isOfShard(place, shard) ? [place] : []));
  const cases = chosen.filter((_, place) => isOfShard(place, shard));
  return { ...plan, cases, shard: { ...shard, cases: chosen.length, places } };
}

function isOfShard(place: number, { index, count }: Shard): boolean {
  return place % count === index - 1;
}

/** The n-th run, from 1, before it is played. */
export function soakCase(run: number): Case {
  return {
    id: `${soakClause}/soak/${run}`,
    about: `seeded faults, run ${run}: calm, one kind, several, recovery`,
    kind: 'system',
    tier: 'soak',
    clauses: [soakClause],
    nodes: soakNodes,
    steps: [],
  };
}

/** The number in the identifier of a run; undefined of any other text. */
export function soakRunOf(id: string): number | undefined {
  const [, clause, run] = /^([^/]+)\/soak\/([1-9]\d{0,5})$/.exec(id) ?? [];
  return clause === soakClause ? Number(run) : undefined;
}

/** A run whose steps are not made up yet. */
export function isUnplayed({ tier, steps }: Case): boolean {
  return tier === 'soak' && steps.length === 0;
}

/** What files the runs: what they end with. Every monitor judges them. */
export const soakClause = 'protection.new-backup-after-go-live';
