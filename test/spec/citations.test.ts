// No source cites a clause that the registry does not have.

import { describe, expect, it } from 'vitest';
import { loadRequirements } from '../../conformance/requirements.ts';
import { citationsIn } from './citations.ts';
import { filesUnder, requirementsDirectory } from './files.ts';

const names = new Set(loadRequirements(requirementsDirectory).map(({ name }) => name));

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
