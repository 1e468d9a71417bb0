// Which properties a run judges: what always holds and is sometimes seen in every row, what happens in the end in the
// rows that keep the whole graph.

import type { SystemProspective } from '../properties/eventually.ts';
import { findProperty, properties, prospects, type SystemProperty } from '../properties.ts';

export interface Judged {
  properties: readonly SystemProperty[];
  prospects: readonly SystemProspective[];
}

/** Whether anything is judged in this run: what happens in the end is judged in some rows only. */
export function isJudgedIn(job: { liveness?: true }, name: string | undefined): boolean {
  const judged = judgedIn(job, name);
  return judged.properties.length + judged.prospects.length > 0;
}

/** `name` asks for one property alone. */
export function judgedIn(job: { liveness?: true }, name: string | undefined): Judged {
  const chosen = name === undefined ? null : findProperty(name);
  const all = chosen === null ? [...properties, ...prospects] : [chosen];
  const isProspect = (one: (typeof all)[number]): one is SystemProspective =>
    one.kind === 'eventually' || one.kind === 'possibly';
  return {
    properties: all.filter((one): one is SystemProperty => !isProspect(one)),
    prospects: job.liveness === true ? all.filter(isProspect) : [],
  };
}
