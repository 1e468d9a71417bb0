// The files of spec/charts are those that the model writes now.

import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { machineToCanonical } from '../../model/chart/canonical.ts';
import { chartFiles, exportCommand } from '../../model/chart/files.ts';
import { charts } from '../../model/host.ts';

const folder = fileURLToPath(new URL('../../spec/charts/', import.meta.url));
const files = chartFiles(Object.values(charts).map(machineToCanonical));
const remedy = `spec/charts is stale: run \`${exportCommand}\` and commit what it writes`;

test('spec/charts holds the files of the model and its README, and no other', () => {
  const names = [...files.map(({ name }) => name), 'README.md'].sort();
  expect(readdirSync(folder).sort(), remedy).toEqual(names);
});

test.each(files)('$name is as the model writes it', ({ name, text }) => {
  expect(readFileSync(`${folder}${name}`, 'utf8') === text, remedy).toBe(true);
});

test.each(files.filter(({ name }) => name.endsWith('.json')))('$name is JSON', ({ name, text }) => {
  const chart = Object.values(charts).find(({ id }) => name === `${id}.json`);
  expect(JSON.parse(text)).toEqual(chart === undefined ? null : machineToCanonical(chart));
});

test('the README names the command that writes them', () => {
  expect(readFileSync(`${folder}README.md`, 'utf8')).toContain(exportCommand);
});
