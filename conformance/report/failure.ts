// A failure as reports and saved cases hold it: what was given, expected and found, and the traffic before it.
// Spec: conformance.md, "Reports".

import type { Step } from '../case.ts';
import type { Result } from '../play.ts';
import { canonical } from '../seed.ts';
import type { TraceLine } from '../world/session.ts';
import type { ReportFailure, StoryLine } from './report.ts';

/** What a judge found, or why none came to speak, as reports and saved cases hold it. */
export function failureOf({
  case: played,
  verdict,
  failure,
  text,
}: Result): ReportFailure | undefined {
  if (failure !== undefined) {
    const { reason, step, expected, actual, other } = failure;
    const given = stepText(played.steps[step - 1]);
    const story = tellingLines(failure.story).map(storyLineOf);
    return { reason, step, given, expected, actual, text: text ?? '', other, story };
  }
  if (text === undefined) return undefined;
  const reason = `${judgeOf(verdict)}#${verdict}`;
  const nothing = { step: 0, given: '', expected: '', actual: '', other: [], story: [] };
  return { reason, text, ...nothing };
}

/** Who spoke, where no judge of a clause did. */
function judgeOf(verdict: Result['verdict']): string {
  if (verdict === 'unexpected-pass') return 'baseline';
  return verdict === 'quarantined' ? 'suite' : 'adapter';
}

function storyLineOf({ at, node, input, effect }: TraceLine): StoryLine {
  if (input !== undefined) return { at: String(at), node, input: { ...input } };
  return { at: String(at), node, effect: { ...(effect ?? { type: 'none' }) } };
}

const storyLinesMax = 14;

/** The last lines, without the beats and keep-alives that tell nothing of most failures. */
export function tellingLines(story: readonly TraceLine[]): readonly TraceLine[] {
  const telling = story.filter(({ input, effect }) => {
    const about = input ?? effect;
    const message = about !== undefined && 'message' in about ? about.message : undefined;
    return message?.kind !== 'beat' && message?.kind !== 'alive';
  });
  return telling.slice(-storyLinesMax);
}

export function stepText(step: Step | undefined): string {
  if (step === undefined) return 'the reset';
  const node = step.node === undefined ? '' : `${step.node}: `;
  return `${node}${canonical(step.give)}`;
}
