// Names near a word that was meant to be one of them: for who mistyped it.

/** The nearest first, none that is far. */
export function nearNames(word: string, names: Iterable<string>): string[] {
  const farthest = Math.max(2, Math.floor(word.length / 3));
  return [...new Set(names)]
    .map((name) => ({ name, far: name.includes(word) ? 0 : editDistance(word, name) }))
    .filter(({ far }) => far <= farthest)
    .sort((one, other) => one.far - other.far || one.name.localeCompare(other.name))
    .slice(0, namesMax)
    .map(({ name }) => name);
}

const namesMax = 6;

/** Letters to put in, take out or change. (Levenshtein) */
function editDistance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (const [at, letter] of [...one].entries()) {
    const next = [at + 1];
    for (const [to, against] of [...other].entries()) {
      const changed = (row[to] ?? 0) + (letter === against ? 0 : 1);
      next.push(Math.min(changed, (row[to + 1] ?? 0) + 1, (next[to] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
