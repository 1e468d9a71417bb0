// The SCXML tables by chart, and what a table and its chart must agree on. Spec: protocol.

import type { CanonicalChart } from '../canonical.ts';
import type { ScxmlTable } from './content.ts';
import { failoverTable } from './failover.ts';
import { heartbeatTable } from './heartbeat.ts';
import { loggingTable } from './logging.ts';
import { pairingTable } from './pairing.ts';

/** The table of a chart; it knows every guard and action of the chart and no other, or this is an error. */
export function tableOf(chart: CanonicalChart): ScxmlTable {
  const table = tables.get(chart.chart);
  if (table === undefined) throw new Error(`the chart ${chart.chart} has no SCXML table`);
  checkNames('guard', chart, guardsOf(chart), Object.keys(table.guards));
  checkNames('action', chart, actionsOf(chart), Object.keys(table.actions));
  return table;
}

export const guardsOf = ({ states }: CanonicalChart): string[] =>
  states.flatMap(({ transitions }) => transitions.flatMap(({ guard }) => guard ?? []));

export const actionsOf = ({ states }: CanonicalChart): string[] =>
  states.flatMap(({ entry, exit, transitions }) => [
    ...entry,
    ...exit,
    ...transitions.flatMap(({ actions }) => actions),
  ]);

const tables = new Map<string, ScxmlTable>([
  ['pairing', pairingTable],
  ['logging', loggingTable],
  ['heartbeat', heartbeatTable],
  ['failover', failoverTable],
]);

function checkNames(
  what: 'guard' | 'action',
  { chart }: CanonicalChart,
  inChart: readonly string[],
  inTable: readonly string[],
): void {
  const file = `model/chart/scxml/${chart}.ts`;
  const missing = [...new Set(inChart)].filter((name) => !inTable.includes(name));
  if (missing.length > 0) {
    throw new Error(
      `${file} does not know the chart's ${what}s ${missing.join(', ')}: say there what they are`,
    );
  }
  const unused = inTable.filter((name) => !inChart.includes(name));
  if (unused.length > 0) {
    throw new Error(
      `${file} has the ${what}s ${unused.join(', ')}, and the chart has not: drop them`,
    );
  }
}
