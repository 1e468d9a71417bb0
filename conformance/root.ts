// Where the package's own data stand: the spec, its schemas, the hand-written cases.
// The same folders serve a checkout (sources) and an installed package (`dist`).

import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of package.json. */
export const root: string = findRoot(dirname(fileURLToPath(import.meta.url)));

export function inRoot(...parts: string[]): string {
  return join(root, ...parts);
}

function findRoot(from: string): string {
  if (existsSync(join(from, 'package.json'))) return from;
  const parent = dirname(from);
  if (parent === from) throw new Error('package.json of vm-lockstep not found above this module');
  return findRoot(parent);
}
