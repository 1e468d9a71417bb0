// What the folder of the instruction vectors says of itself: how many stand in each file, and for how many
// clauses they are evidence. The vectors themselves are for engines; nothing here executes one.
// Spec: conformance.md, "Instruction vectors".

import { readFileSync } from 'node:fs';
import { inRoot } from './root.ts';
import { fileProblem } from './schema.ts';
import { BadInputError } from './verdict.ts';

export interface InstructionIndex {
  readonly format: string;
  /** How many vectors stand in each file. */
  readonly files: Readonly<Record<string, number>>;
  /** How many vectors name each clause. */
  readonly clauses: Readonly<Record<string, number>>;
}

export const instructionsFolder: string = inRoot('conformance', 'instructions');

export function readInstructionIndex(folder: string = instructionsFolder): InstructionIndex {
  const path = `${folder}/index.json`;
  const index: InstructionIndex = JSON.parse(readFileSync(path, 'utf8'));
  const problem = fileProblem('instruction-index', index);
  if (problem === undefined) return index;
  throw new BadInputError(`${path}: expected an index of instruction vectors, got ${problem}`);
}
