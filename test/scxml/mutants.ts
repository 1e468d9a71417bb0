// Broken variants of an SCXML document, each with one thing changed: the comparison must find every one of them.

export interface Mutant {
  /** What was changed, with the line on which it stands. */
  name: string;
  document: string;
}

/** Every guard turned, every effect dropped, every target moved, one at a time. */
export function mutantsOf(document: string): Mutant[] {
  const states = [...document.matchAll(/<state id="([^"]+)"/g)].map(([, id]) => id ?? '');
  return [
    ...each(document, /(?<=<transition [^>]*)cond="([^"]*)"/g, ([all, cond]) => [
      `guard turned: ${all}`,
      `cond="!(${cond})"`,
    ]),
    ...each(document, effects, ([all]) => [`effect dropped: ${all.split('\n')[0]?.trim()}`, '']),
    ...each(document, /(?<=<transition [^>]*)target="([^"]*)"/g, ([all, target]) => [
      `target moved: ${all}`,
      `target="${elsewhere(states, target ?? '')}"`,
    ]),
  ];
}

/** An element that sends, with the condition or the loop around it. */
const effects = /^( *)<(send|if|foreach) (?:.*\/>\n|.*[^/]>\n(?:\1 .*\n)*\1<\/\2>\n)/gm;

function each(
  document: string,
  pattern: RegExp,
  change: (match: RegExpMatchArray) => [name: string, text: string],
): Mutant[] {
  return [...document.matchAll(pattern)].map((match) => {
    const [name, text] = change(match);
    const before = document.slice(0, match.index);
    const after = document.slice(match.index + match[0].length);
    return { name: `line ${before.split('\n').length}: ${name}`, document: before + text + after };
  });
}

/** The state listed after the target that is beside it, or else any other. */
function elsewhere(states: readonly string[], target: string): string {
  const parent = target.split('.').slice(0, -1).join('.');
  const beside = states.filter((id) => id.split('.').slice(0, -1).join('.') === parent);
  const others = beside.length > 1 ? beside : states.filter((id) => id.startsWith(parent));
  return others[(others.indexOf(target) + 1) % others.length] ?? target;
}
