// The cases that people wrote: the worked scenarios of the protocol, one file each.
// A file may hold several cases; each has its clause and its own name. Data, no code.
// Spec: conformance.md, "Cases".

import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse } from 'yaml';
import { type Case, type Profile, parseCase } from './case.ts';
import { inRoot } from './root.ts';
import { BadInputError } from './verdict.ts';

/** In the order of their files and, within one, in which they stand. */
export function loadWrittenCases(profile: Profile = 'protocol'): Case[] {
  return readCases(inRoot('conformance', 'cases', profile));
}

/** Of one folder. */
export function readCases(folder: string): Case[] {
  const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
  const cases = files.sort().flatMap((name) => parseCaseFile(join(folder, name)));
  const seen = new Set<string>();
  for (const { id } of cases) {
    if (seen.has(id)) throw new BadInputError(`case ${id} stands twice in ${folder}`);
    seen.add(id);
  }
  return cases;
}

/** One case, or a list of cases, in YAML or JSON. */
export function parseCaseFile(path: string): Case[] {
  let value: unknown;
  try {
    value = parse(readFileSync(path, 'utf8'), { merge: true });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new BadInputError(`cannot read case file ${path}: ${why}`);
  }
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list
    .filter((one) => !isTemplate(one))
    .map((one, index) => parseCase(flatten(one), `${basename(path)}, case ${index + 1}`));
}

/** An entry that only holds anchors for the cases below it. */
function isTemplate(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'template' in value;
}

/** Steps may be given as lists within the list: a preamble shared by an anchor. */
function flatten(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('steps' in value)) return value;
  const { steps } = value;
  return Array.isArray(steps) ? { ...value, steps: steps.flat(4) } : value;
}
