// The glossary is in order: sorted, no term twice, every term in italics explained.

import { describe, expect, it } from 'vitest';
import { chapters } from './files.ts';

const text = chapters().find(({ path }) => path.endsWith('glossary.md'))?.text ?? '';
const entries = text
  .split(/^- /m)
  .slice(1)
  .map((entry) => entry.replaceAll(/\s+/g, ' ').trim());
const terms = entries.map((entry) => /^\*\*(.+?)\*\*: ./.exec(entry)?.[1] ?? `malformed: ${entry}`);

describe('the glossary', () => {
  it('has entries, each with a term and a meaning', () => {
    expect(terms.length).toBeGreaterThan(0);
    expect(terms.filter((term) => term.startsWith('malformed'))).toEqual([]);
  });

  it('is sorted and explains no term twice', () => {
    const keys = terms.map((term) => term.toLowerCase());
    expect(keys).toEqual([...new Set(keys)].sort());
  });

  it('has an entry for each term in italics', () => {
    const known = new Set(terms.map((term) => term.toLowerCase()));
    const missing = entries.flatMap((entry) =>
      [...entry.replaceAll('**', '').matchAll(/\*([^*]+)\*/g)]
        .map(([, term = '']) => term.toLowerCase())
        .filter((term) => !baseForms(term).some((form) => known.has(form))),
    );
    expect(missing).toEqual([]);
  });
});

/** A term as it stands, and what it may be the plural, the third person or the past of. */
function baseForms(term: string): string[] {
  return [term, term.replace(/[sd]$/, ''), term.replace(/es$/, ''), term.replace(/ies$/, 'y')];
}
