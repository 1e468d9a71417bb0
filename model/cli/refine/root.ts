// Where the package's schemas stand, in a checkout as in an installed package (`dist`).

import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const schemaFile = (name: string): string =>
  join(rootAbove(dirname(fileURLToPath(import.meta.url))), 'spec', 'schema', name);

function rootAbove(folder: string): string {
  if (existsSync(join(folder, 'package.json'))) return folder;
  const parent = dirname(folder);
  if (parent === folder) throw new Error('package.json of vm-lockstep not found above this module');
  return rootAbove(parent);
}
