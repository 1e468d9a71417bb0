// `npm run bench:model`: the model's explorer beside SPIN on core.pml, the second formalisation of the same protocol.
// Shows that both find the same bugs at the same lengths and the same states, and what each costs. Not a test.
// Exit codes: 0 both agree, 1 they differ.

import { Command, InvalidArgumentError } from 'commander';
import type { Bounds } from '../../../model/environment/manager.ts';
import { findRow } from '../../../model/rows.ts';
import {
  type BugComparison,
  compareBugs,
  compareStates,
  type StatesComparison,
} from './compare.ts';
import { type Measurement, measureRow } from './measure.ts';
import { renderBugs, renderMeasurements, renderStates } from './render.ts';
import { requireTools } from './verifier.ts';

interface Options {
  runs: number;
  row?: string[];
  json?: boolean;
  bugs: boolean;
  states: boolean;
}

const rows: ReadonlyMap<string, Bounds> = new Map([
  ['core', boundsOf('core')],
  ['core, positionsMax 4', { ...boundsOf('core'), positionsMax: 4 }],
  ['core, positionsMax 5', { ...boundsOf('core'), positionsMax: 5 }],
  ['again', boundsOf('again')],
]);

function boundsOf(name: string): Bounds {
  const row = findRow(name);
  if (row === null)
    throw new Error(`bench:model: expected a row ${name} in model/rows.ts, got none`);
  return row.bounds;
}

async function bench(options: Options): Promise<void> {
  requireTools();
  const chosen = chosenRows(options);
  const bugs = options.bugs ? [...compareBugs()] : [];
  const states: StatesComparison[] = [];
  const measurements: Measurement[] = [];
  for (const [row, bounds] of chosen) {
    if (options.states) states.push(await compareStates(row, bounds));
    if (options.runs > 0) measurements.push(...measureRow(row, bounds, options.runs));
  }
  const parts = [renderBugs(bugs), renderStates(states), renderMeasurements(measurements)];
  print(
    options.json === true
      ? JSON.stringify({ bugs, states, measurements }, null, 2)
      : parts.filter((part) => part !== '').join('\n\n'),
  );
  if (!bugs.every(isSameLength) || !states.every(isSameSet)) process.exitCode = 1;
}

function chosenRows({ row: names }: Options): [string, Bounds][] {
  const unknown = (names ?? []).filter((name) => !rows.has(name));
  if (unknown.length > 0) {
    throw new Error(
      `bench:model: no row ${unknown.join(', ')}; known: ${[...rows.keys()].join('; ')}`,
    );
  }
  return [...rows].filter(([name]) => names === undefined || names.includes(name));
}

const isSameLength = ({ lockstep, spin }: BugComparison): boolean =>
  lockstep !== null && lockstep === spin;
const isSameSet = ({ lockstepOnly, spinOnly }: StatesComparison): boolean =>
  lockstepOnly + spinOnly === 0;

function count(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new InvalidArgumentError(`expected a whole number, got ${text}.`);
  }
  return value;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

await new Command('bench:model')
  .description('the model beside SPIN: same bugs, same states, and what each explorer costs')
  .option('--runs <n>', 'measure each explorer so often', count, 5)
  .option('--row <names...>', `only these of: ${[...rows.keys()].join('; ')}`)
  .option('--no-bugs', 'leave out the lengths of the counterexamples')
  .option('--no-states', 'leave out the comparison of the sets of states')
  .option('--json', 'print one JSON document')
  .action(bench)
  .parseAsync();
