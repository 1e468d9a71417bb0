// Finds the clause names that source text cites. Spec: conventions.md, "Clauses".

export interface Citation {
  readonly name: string;
  /** Line of the citation, from 1. */
  readonly line: number;
}

/**
 * Citations of two forms: a comment `spec: area.name, area.name`, and the values of the keys
 * `requirements`, `clauses` (lists), `requirement` and `clause` (one name).
 */
export function citationsIn(text: string): Citation[] {
  return [
    ...text.matchAll(/\bspec: ((?:[a-z]+\.[a-z0-9-]+)(?:,\s*(?:\*\s*)?[a-z]+\.[a-z0-9-]+)*)/g),
    ...text.matchAll(/\b(?:requirements|clauses): \[([^\]]*)\]/g),
    ...text.matchAll(/\b(?:requirement|clause): ('[^']*')/g),
  ].flatMap((match) => {
    const line = text.slice(0, match.index).split('\n').length;
    return namesIn(match[1] ?? '').map((name) => ({ name, line }));
  });
}

/** A page such as conventions.md has the form of a name and is none. */
function namesIn(list: string): string[] {
  const names = [...list.matchAll(/[a-z]+\.[a-z0-9-]+/g)].map(([name]) => name);
  return names.filter((name) => !name.endsWith('.md'));
}
