// The verb `matrix`: clause by clause, what covers it.
// Spec: conventions.md, "Coverage of a clause".

import { readFileSync, writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { gatherCoverage, type Kill } from './coverage.ts';
import {
  buildMatrix,
  type Coverage,
  CoverageError,
  type Matrix,
  matrixToJson,
  matrixToMarkdown,
} from './matrix.ts';
import { loadRequirements, type Requirement } from './requirements.ts';
import { inRoot } from './root.ts';
import { asExitCode } from './verbs/common.ts';
import { BadInputError, exitCode } from './verdict.ts';

interface MatrixFlags {
  readonly kills: readonly string[];
  readonly strict?: true;
  readonly json?: true;
  readonly output?: string;
}

export function registerMatrix(program: Command): void {
  program
    .command('matrix')
    .description('what covers each clause: charts, properties, cases, monitors, killed mutants')
    .option(
      '--kills <file>',
      'what `lockstep mutants --json` printed (repeatable: one a shard); without it no mutant counts',
      (file: string, before: readonly string[]): readonly string[] => [...before, file],
      [],
    )
    .option('--strict', 'end with 1 where a judged MUST has no kill')
    .option('--json', 'JSON instead of Markdown')
    .option('-o, --output <file>', 'write to a file instead of standard output')
    .action((flags: MatrixFlags) => asExitCode(async () => printMatrix(flags)));
}

function printMatrix({ kills, strict, json, output }: MatrixFlags): number {
  const requirements = loadRequirements(inRoot('spec', 'requirements'));
  const coverage = gatherCoverage(kills.flatMap(readKills));
  const matrix = matrixOf(requirements, coverage);
  const text = json === true ? matrixToJson(matrix) : matrixToMarkdown(matrix);
  if (output === undefined) process.stdout.write(text);
  else writeFileSync(output, text);
  const isUnproven = matrix.byLevel.MUST.judged > 0;
  return strict === true && isUnproven ? exitCode.nonConformant : exitCode.conformant;
}

/** What contradicts the registry is a file to mend: the registry, the kill table, or what cites the clause. */
function matrixOf(requirements: readonly Requirement[], coverage: Coverage): Matrix {
  try {
    return buildMatrix(requirements, coverage);
  } catch (error) {
    if (!(error instanceof CoverageError)) throw error;
    throw new BadInputError(`coverage and registry contradict each other:\n${error.message}`);
  }
}

/** The kill table of `lockstep mutants --json`; a mutant that survived is no cover. */
function readKills(file: string): Kill[] {
  const refuse = (got: string): never => {
    throw new BadInputError(
      `${file}: expected what 'lockstep mutants --json' prints, got ${got}; run that again`,
    );
  };
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
  const rows = isRecord(parsed) ? parsed.mutants : undefined;
  if (!Array.isArray(rows)) return refuse('no list of mutants');
  return rows.flatMap((row: unknown) => {
    if (!isRecord(row)) return refuse('a row that is no object');
    const { mutant, clause, isKilled } = row;
    if (typeof mutant !== 'string' || typeof clause !== 'string') return refuse('a row unnamed');
    return isKilled === true ? [{ mutant, clause }] : [];
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
