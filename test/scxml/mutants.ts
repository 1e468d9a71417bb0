// Broken variants of an SCXML document, each with one thing changed: the comparison must find every one of them.

export interface Mutant {
  /** What was changed, with the line on which it stands. */
  name: string;
  document: string;
}

/** Every guard turned, every effect dropped, every target moved, one at a time. */
export function mutantsOf(document: string): Mutant[] {
  const states = lastingStates(document);
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

/** The states that are not left at once: to go to one of those may end where the target was. */
const lastingStates = (document: string): string[] =>
  document
    .split(/(?=<state )/)
    .filter((part) => !/<transition (?!event=)/.test(part))
    .flatMap((part) => /^<state id="([^"]+)"/.exec(part)?.[1] ?? []);

/** A state beside the target, or else any other. */
function elsewhere(states: readonly string[], target: string): string {
  const parentOf = (id: string): string => id.split('.').slice(0, -1).join('.');
  const others = states.filter((id) => id !== target);
  const beside = others.find((id) => parentOf(id) === parentOf(target));
  const moved = beside ?? others[0];
  if (moved === undefined) throw new Error(`there is no state but ${target}`);
  return moved;
}
