// What a command explores: all rows, one row, or the model with a seeded bug; with the bounds changed as asked.

import type { Bounds } from '../environment/manager.ts';
import { findRow, type Row, rows } from '../rows.ts';
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

/** Null: refused, and said so. */
export function jobsOf({ row, bug, bounds = {} }: JobOptions): Job[] | null {
  const found = bug === undefined ? rowsOf(row) : bugsOf(bug);
  return found?.map((job) => ({ ...job, bounds: { ...job.bounds, ...bounds } })) ?? null;
}

function rowsOf(name: string | undefined): Job[] | null {
  const found = name === undefined ? rows : findRow(name);
  if (found !== null) return [found].flat().map((row) => ({ ...row, variant: rightVariant }));
  const known = rows.map((row) => row.name);
  refuseUsage(`no row ${name}`, known);
  return null;
}

function bugsOf(name: string): Job[] | null {
  const found = findBug(name);
  if (found !== null) return [{ ...found, why: '', saturated: {} }];
  const known = seededBugs.map((bug) => bug.name);
  refuseUsage(`no seeded bug ${name}`, known);
  return null;
}

/** The words that ask for the same again. */
export function jobWords({ row, bug, bounds = {} }: JobOptions): string {
  const changes = boundsToText(bounds);
  const name = bug === undefined ? `--row ${row}` : `--bug ${bug}`;
  return changes === '' ? name : `${name} --bounds ${changes}`;
}
