// What a command explores: all rows, one row, or the model with a seeded bug; with the bounds changed as asked.

import type { Bounds } from '../environment/manager.ts';
import { findPair, pairs } from '../pairs.ts';
import { findRow, livenessRows, type Row, rows } from '../rows.ts';
import { livenessBugs } from '../seeded-bugs/liveness.ts';
import { findBug, seededBugs } from '../seeded-bugs.ts';
import { rightVariant, type Variant } from '../system.ts';
import { boundsToText } from './bounds.ts';
import { refuseUsage } from './print.ts';

export interface JobOptions {
  row?: string;
  bug?: string;
  bounds?: Partial<Bounds>;
}
export interface Job extends Row {
  variant: Variant;
}

/** `all`: where none is named. Null: refused, and said so. */
export function jobsOf(
  { row, bug, bounds = {} }: JobOptions,
  all: readonly Row[] = rows,
): Job[] | null {
  const found = bug === undefined ? rowsOf(row, all) : bugsOf(bug);
  return found?.map((job) => ({ ...job, bounds: { ...job.bounds, ...bounds } })) ?? null;
}

function rowsOf(name: string | undefined, all: readonly Row[]): Job[] | null {
  const found = name === undefined ? all : (findRow(name) ?? findPair(name));
  if (found !== null) return [found].flat().map((row) => ({ ...row, variant: rightVariant }));
  const known = [...rows, ...livenessRows].map((row) => row.name);
  const [pair] = pairs;
  refuseUsage(`no row ${name}, nor a pair of features such as ${pair?.name}`, known);
  return null;
}

function bugsOf(name: string): Job[] | null {
  const found = findBug(name);
  if (found !== null) return [{ ...found, why: '', saturated: {} }];
  const known = [...seededBugs, ...livenessBugs].map((bug) => bug.name);
  refuseUsage(`no seeded bug ${name}`, known);
  return null;
}

/** The words that ask for the same again. */
export function jobWords({ row, bug, bounds = {} }: JobOptions): string {
  const changes = boundsToText(bounds);
  const name = bug === undefined ? `--row ${row}` : `--bug ${bug}`;
  return changes === '' ? name : `${name} --bounds ${changes}`;
}
