// Chapters and clauses point at each other: headings, explained clauses and links all exist.

import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadRequirements } from '../../conformance/requirements.ts';
import { chapters, requirementsDirectory, root } from './files.ts';
import { anchorsOf, explainedClauses, headingToAnchor, relativeLinks } from './markdown.ts';

const pages = new Map(chapters().map(({ path, text }) => [path, text]));
const requirements = loadRequirements(requirementsDirectory);

describe('clauses and chapters', () => {
  it('every clause points to a heading that exists', () => {
    const missing = requirements.filter(({ chapter }) => {
      const [file = '', anchor = ''] = chapter.split('#');
      return !anchorsOf(pages.get(join('spec', file)) ?? '').has(anchor);
    });
    expect(missing.map(({ name, chapter }) => `${name}: no heading ${chapter}`)).toEqual([]);
  });

  it('every clause that a chapter explains is in the registry', () => {
    const names = new Set(requirements.map(({ name }) => name));
    const unknown = [...pages].flatMap(([path, text]) =>
      explainedClauses(text)
        .filter((name) => !names.has(name))
        .map((name) => `${path}: no clause ${name}`),
    );
    expect(unknown).toEqual([]);
  });

  it('every link inside the spec leads somewhere', () => {
    const broken = [...pages].flatMap(([path, text]) =>
      relativeLinks(text)
        .filter((target) => !leadsSomewhere(path, target))
        .map((target) => `${path}: ${target}`),
    );
    expect(broken).toEqual([]);
  });
});

describe('what is read of a page', () => {
  it('makes anchors of headings and not of code', () => {
    const text = '# The protocol\n\n## First `hello`: checks\n\n```\n# no heading\n```\n';
    expect(anchorsOf(text)).toEqual(new Set(['the-protocol', 'first-hello-checks']));
    expect(headingToAnchor('Coverage of a clause')).toBe('coverage-of-a-clause');
  });

  it('finds one or several explained clauses, and no plain code', () => {
    const text =
      'Held [`output.own-entry`], read `disk.request` [`arbitration.no-expiry`,\n`flow.x`].';
    expect(explainedClauses(text)).toEqual(['output.own-entry', 'arbitration.no-expiry', 'flow.x']);
  });

  it('keeps relative links alone', () => {
    expect(relativeLinks('[a](b.md#c) [d](https://example.org)')).toEqual(['b.md#c']);
  });
});

function leadsSomewhere(from: string, target: string): boolean {
  const [file = '', anchor] = target.split('#');
  const path = file === '' ? from : join(dirname(from), file);
  if (!existsSync(join(root, path))) return false;
  return anchor === undefined || anchorsOf(pages.get(path) ?? '').has(anchor);
}
