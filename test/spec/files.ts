// Finds the files that the tests of the spec read. It does not interpret them.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root: string = fileURLToPath(new URL('../../', import.meta.url));

export const requirementsDirectory: string = join(root, 'spec', 'requirements');

export interface SourceFile {
  /** Path from the project's root. */
  readonly path: string;
  readonly text: string;
}

/** Every file under `folder` whose name ends so, in a fixed order. */
export function filesUnder(folder: string, ending: string): SourceFile[] {
  const directory = join(root, folder);
  if (!existsSync(directory)) return [];
  const names = readdirSync(directory, { recursive: true, encoding: 'utf8' });
  return names
    .filter((name) => name.endsWith(ending))
    .sort()
    .map((name) => ({
      path: join(folder, name),
      text: readFileSync(join(directory, name), 'utf8'),
    }));
}

/** The chapters and reference pages: the Markdown files directly in spec/. */
export function chapters(): SourceFile[] {
  return filesUnder('spec', '.md').filter(({ path }) => path.split(/[\\/]/).length === 2);
}
