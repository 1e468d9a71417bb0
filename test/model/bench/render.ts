// The benchmark's three tables as text. Figures are as measured: the median of the runs, and the least and the most.

import { renderTable } from '../../../model/cli/print.ts';
import type { BugComparison, StatesComparison } from './compare.ts';
import type { Exploration } from './exploration.ts';
import { baseline, type Measurement } from './measure.ts';

export function renderBugs(bugs: readonly BugComparison[]): string {
  if (bugs.length === 0) return '';
  const show = (steps: number | null): string => (steps === null ? 'not found' : String(steps));
  return renderTable(
    ['seeded bug', 'violates', 'lockstep', 'spin', 'steps'],
    bugs.map(({ name, property, lockstep, spin }) => [
      name,
      property,
      show(lockstep),
      show(spin),
      lockstep === spin ? 'equal' : 'DIFFERENT',
    ]),
  );
}

export function renderStates(states: readonly StatesComparison[]): string {
  if (states.length === 0) return '';
  const table = renderTable(
    ['projected states', 'lockstep', 'spin', 'only lockstep', 'only spin'],
    states.map((one) => [
      one.row,
      ...[one.lockstep, one.spin, one.lockstepOnly, one.spinOnly].map(showCount),
    ]),
  );
  const examples = states.flatMap(({ row, example }) =>
    example === null ? [] : [`${row}: only one has\n  ${example}`],
  );
  return [table, ...examples].join('\n');
}

export function renderMeasurements(measurements: readonly Measurement[]): string {
  if (measurements.length === 0) return '';
  return renderTable(
    [
      'row',
      'explorer',
      'states',
      'transitions',
      'depth',
      'CPU s',
      'least-most',
      'states/s',
      'transitions/s',
      'bytes/state',
      'faster',
    ],
    measurements.map((one) => renderMeasurement(one, baselineOf(measurements, one.row))),
  );
}

function renderMeasurement({ row, explorer, runs }: Measurement, base: Measurement): string[] {
  const [first] = runs;
  if (first === undefined) return [row, explorer];
  const { states, transitions, depth } = first;
  const seconds = runs.map((run) => run.seconds);
  const middle = medianOf(seconds);
  // Run by run, so that a slow moment of the machine counts on both sides.
  const ratios = runs.map((run, index) => (base.runs[index] ?? run).seconds / run.seconds);
  return [
    row,
    runs.every(({ isExhausted }) => isExhausted) ? explorer : `${explorer} (PARTIAL)`,
    showCount(states),
    showCount(transitions),
    String(depth),
    middle.toFixed(2),
    `${Math.min(...seconds).toFixed(2)}-${Math.max(...seconds).toFixed(2)}`,
    showCount(states / middle),
    showCount(transitions / middle),
    showCount(medianOf(runs.map((run: Exploration) => run.bytes)) / states),
    explorer === baseline ? '' : `${medianOf(ratios).toFixed(1)}x`,
  ];
}

function baselineOf(measurements: readonly Measurement[], row: string): Measurement {
  const base = measurements.find((one) => one.row === row && one.explorer === baseline);
  if (base === undefined)
    throw new Error(`expected a measurement of ${baseline} on ${row}, got none`);
  return base;
}

const showCount = (count: number): string => Math.round(count).toLocaleString('en-US');

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  const [low = Number.NaN, high = low] =
    sorted.length % 2 === 1 ? [sorted[half]] : [sorted[half - 1], sorted[half]];
  return (low + high) / 2;
}
