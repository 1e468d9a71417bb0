// The verb `mutants --charts`: what each tier's plan kills of the mutants of every slice's machine.
// Spec: conformance.md, "Mutants of the charts".

import Table from 'cli-table3';
import { slices } from '../../model/slices.ts';
import { type Tier, tiers } from '../case.ts';
import { type ChartRow, type FaultRow, measureCharts, sliceOf } from '../chart-mutants.ts';
import { exitCode } from '../verdict.ts';

export interface ChartFlags {
  readonly slices: readonly string[];
  readonly size: number;
  readonly seed: number;
  readonly testsMax: number;
  readonly observe: boolean;
  readonly json: boolean;
}

export function proveCharts(flags: ChartFlags): number {
  const { size, seed, testsMax, observe: facts, json } = flags;
  const chosen = flags.slices.length === 0 ? slices : flags.slices.map(sliceOf);
  const rows = chosen.map((slice) => measureCharts(slice, { size, seed, testsMax, facts }));
  if (json) console.log(JSON.stringify({ seed, size, testsMax, facts, rows }, null, 2));
  else {
    console.log(rowsToText(rows));
    console.log(`seed ${seed}, at most ${size} mutants of each slice and fault; shares are of the`);
    console.log('faulty ones. A suite of more than the allowed tests is left out (--tests-max).');
  }
  return exitCode.conformant;
}

function rowsToText(rows: readonly ChartRow[]): string {
  const table = new Table({
    head: ['slice', 'fault', 'mutants', 'drawn', 'equivalent', 'outside', 'faulty', ...tiers],
    style: { head: [], border: [] },
  });
  for (const row of rows) {
    const tests = tiers.map((tier) => testsCell(row, tier));
    table.push([row.slice, 'tests', '', '', '', '', '', ...tests]);
    for (const fault of row.faults) {
      const { population, drawn, equivalent, outside, faulty } = fault;
      const shares = tiers.map((tier) => share(fault, tier));
      table.push(['', fault.fault, population, drawn, equivalent, outside, faulty, ...shares]);
    }
  }
  return table.toString();
}

function testsCell({ tests, complete }: ChartRow, tier: Tier): string {
  const count = tests[tier];
  if (count !== null) return String(count);
  return `left out: ${tier === 'deep' ? complete.deep : complete.full}`;
}

/** Never rounded to what was not reached. */
function share({ killed, faulty }: FaultRow, tier: Tier): string {
  const count = killed[tier];
  if (count === null) return '-';
  if (faulty === 0) return 'none';
  return `${(Math.floor((count * 1000) / faulty) / 10).toFixed(1)} %`;
}
