// Two plays of one case, held against each other: the first step at which they differ, and how.
// Spec: conformance.md, "Replay".

import type { Case } from './case.ts';
import type { Result } from './play.ts';
import { stepText } from './report/failure.ts';
import { canonical } from './seed.ts';
import type { TraceLine } from './world/session.ts';

export interface Divergence {
  /** Of the case, from 1; 0: the reset. */
  readonly step: number;
  /** What was given in it. */
  readonly given: string;
  /** What each did, a line an effect. */
  readonly one: readonly string[];
  readonly other: readonly string[];
}

/** The first step at which one did something that the other did not. */
export function firstDivergence(
  played: Case,
  one: Pick<Result, 'story'>,
  other: Pick<Result, 'story'>,
): Divergence | undefined {
  const [first, second] = [byStep(one), byStep(other)];
  for (let step = 0; step <= played.steps.length; step += 1) {
    const [left = [], right = []] = [first.get(step), second.get(step)];
    if (left.join('\n') === right.join('\n')) continue;
    return { step, given: stepText(played.steps[step - 1]), one: left, other: right };
  }
  return undefined;
}

/** The same for a reader. */
export function differenceText(played: Case, one: Result, other: Result): string {
  const found = firstDivergence(played, one, other);
  if (found === undefined) return 'both did the same at every step';
  const lines = (list: readonly string[]): string => list.map((line) => `    ${line}\n`).join('');
  const name = `step ${found.step}, ${found.given}`;
  return `they differ first at ${name}\n  one\n${lines(found.one)}\n  other\n${lines(found.other)}`;
}

/** What came out at each step, as text: instants and inputs are the case's. */
function byStep({ story = [] }: Pick<Result, 'story'>): Map<number, string[]> {
  const texts = new Map<number, string[]>();
  for (const line of story) {
    if (line.effect === undefined) continue;
    texts.set(line.step, [...(texts.get(line.step) ?? []), effectText(line)]);
  }
  return texts;
}

function effectText({ node, effect }: TraceLine): string {
  return `${node} ${canonical(effect)}`;
}
