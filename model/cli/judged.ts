// Which properties a run judges: what always holds and is sometimes seen in every row, what happens in the end in the
// rows that keep the whole graph.

import type { SystemProspective } from '../properties/eventually.ts';
import { properties, prospects, type SystemProperty } from '../properties.ts';
import { refuseUsage } from './print.ts';

export interface Judged {
  properties: readonly SystemProperty[];
  prospects: readonly SystemProspective[];
}

export const everything: Judged = { properties, prospects };

/** All where none is named; null: refused, and said so. */
export function judgedOf(names: readonly string[] | undefined): Judged | null {
  if (names === undefined) return everything;
  const known = [...properties, ...prospects].map(({ name }) => name);
  const missing = names.find((name) => !known.includes(name));
  if (missing === undefined) {
    return {
      properties: properties.filter(({ name }) => names.includes(name)),
      prospects: prospects.filter(({ name }) => names.includes(name)),
    };
  }
  refuseUsage(`no property ${missing}`, known);
  return null;
}

export const judgedIn = ({ liveness }: { liveness?: true }, judged: Judged): Judged =>
  liveness === true ? judged : { ...judged, prospects: [] };

/** Whether anything is judged in this run: what happens in the end is judged in some rows only. */
export function isJudgedIn(job: { liveness?: true }, judged: Judged): boolean {
  const own = judgedIn(job, judged);
  return own.properties.length + own.prospects.length > 0;
}
