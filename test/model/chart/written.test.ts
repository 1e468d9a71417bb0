// The files of spec/charts are those that the model writes now.

import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { machineToCanonical } from '../../../model/chart/canonical.ts';
import {
  chartFiles,
  chartFormats,
  exportCommand,
  standardFormats,
} from '../../../model/cli/chart-formats.ts';
import { charts } from '../../../model/host.ts';

const folder = fileURLToPath(new URL('../../../spec/charts/', import.meta.url));
const files = await chartFiles(
  Object.values(charts),
  chartFormats.filter(({ name }) => standardFormats.includes(name)),
);
const written = files.map(({ name }) => name);
const readme = readFileSync(`${folder}README.md`, 'utf8');
const remedy = `spec/charts is stale: run \`${exportCommand}\` and commit what it writes`;

test('spec/charts holds the files of the model and its README, and no other', () => {
  expect(readdirSync(folder).sort(), remedy).toEqual([...written, 'README.md'].sort());
});

test.each(files)('$name is as the model writes it', ({ name, text }) => {
  expect(readFileSync(`${folder}${name}`, 'utf8') === text, remedy).toBe(true);
});

test('spec/charts stays small enough to be read and fetched: less than 1 MB', () => {
  const bytes = files.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
  expect(bytes).toBeLessThan(1_000_000);
});

describe.each(Object.values(charts))('$id', (machine) => {
  test('as JSON is its canonical form', () => {
    const json = files.find(({ name }) => name === `${machine.id}.json`);
    expect(JSON.parse(json?.text ?? 'null')).toEqual(machineToCanonical(machine));
  });

  test('has a page that shows its picture, and a row in the README that leads to all', () => {
    const page = files.find(({ name }) => name === `${machine.id}.md`);
    expect(page?.text).toContain(`](${machine.id}.svg)`);
    for (const name of written.filter((one) => one.startsWith(machine.id))) {
      expect(readme).toContain(`](${name})`);
    }
  });
});

test('the README names the command that writes them', () => {
  expect(readme).toContain(exportCommand);
});
