// No source cites a clause that the registry does not have.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadRequirements } from '../../conformance/requirements.ts';
import { citationsIn } from './citations.ts';
import { filesUnder, requirementsDirectory, root } from './files.ts';

const requirements = loadRequirements(requirementsDirectory);
const names = new Set(requirements.map(({ name }) => name));

describe('citations of clauses', () => {
  it.each(['impl', 'model', 'conformance'])('in %s name clauses of the registry', (folder) => {
    const unknown = filesUnder(folder, '.ts').flatMap(({ path, text }) =>
      citationsIn(text)
        .filter(({ name }) => !names.has(name))
        .map(({ name, line }) => `${path}:${line}: no clause ${name}`),
    );
    expect(unknown).toEqual([]);
  });
});

describe('a clause that only a test holds the reference to', () => {
  const tested = requirements.flatMap(({ name, tested: path }) =>
    path === undefined ? [] : [[name, path]],
  );

  it.each(tested)('%s is cited by %s', (name, path) => {
    const citations = citationsIn(readFileSync(join(root, path ?? ''), 'utf8'));

    expect(citations.map((one) => one.name)).toContain(name);
  });
});

describe('what counts as a citation', () => {
  it.each([
    ['/** spec: output.own-entry */', ['output.own-entry']],
    [
      '/** spec: output.own-entry, flow.no-entry-lost */',
      ['output.own-entry', 'flow.no-entry-lost'],
    ],
    ["meta: { requirements: ['a.b', 'c.d-e'] }", ['a.b', 'c.d-e']],
    ["{ clause: 'a.b' }", ['a.b']],
    ['// Spec: conventions.md, "Errors".', []],
    ['// spec: conventions.md', []],
    ["{ spec: '2026-1', type: 'output.emit' }", []],
  ])('%s', (text, expected) => {
    expect(citationsIn(text).map(({ name }) => name)).toEqual(expected);
  });

  it('has the line on which it begins', () => {
    expect(citationsIn('\n\n/** spec: a.b */')).toEqual([{ name: 'a.b', line: 3 }]);
  });
});
