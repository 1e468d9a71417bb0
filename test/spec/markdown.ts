// Reads what the tests need of a Markdown page: anchors of headings, relative links, clause names.

/** Anchors as GitHub makes them of headings: lower case, hyphens for blanks, no punctuation. */
export function anchorsOf(text: string): Set<string> {
  const headings = withoutFences(text).matchAll(/^#{1,6} (.+)$/gm);
  return new Set([...headings].map(([, heading = '']) => headingToAnchor(heading)));
}

export function headingToAnchor(heading: string): string {
  return heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}

/** Targets of links that stay inside the project. */
export function relativeLinks(text: string): string[] {
  const links = withoutFences(text).matchAll(/\]\(([^)\s]+)\)/g);
  return [...links].map(([, target = '']) => target).filter((target) => !/^[a-z]+:/.test(target));
}

/** Clause names that a chapter explains: in square brackets, `[`area.name`]`, one or several. */
export function explainedClauses(text: string): string[] {
  const brackets = withoutFences(text).matchAll(
    /\[(`[a-z]+\.[a-z0-9-]+`(?:,\s+`[a-z]+\.[a-z0-9-]+`)*)\]/g,
  );
  return [...brackets].flatMap(([, names = '']) =>
    [...names.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name),
  );
}

function withoutFences(text: string): string {
  return text.replaceAll(/^```.*?^```$/gms, '');
}
