// What the model does with one line of a trace, in one of the ways that it may: inputs one after the other, from one
// candidate. It compares nothing with what the node did: judge.ts does.

import type { Host, HostView } from '../host.ts';
import type { NodeEffect, NodeInput } from '../vocabulary.ts';
import type { Candidate } from './candidate.ts';
import type { Meaning } from './meaning.ts';

export interface Run {
  /** Before the line. */
  readonly before: HostView;
  /** After it, as far as the model goes: what the node is free in is not in it yet. */
  readonly candidate: Candidate;
  readonly effects: readonly NodeEffect[];
  /** What was given so far. */
  readonly inputs: readonly NodeInput[];
  /** The clauses on the transitions taken. */
  readonly requirements: readonly string[];
  /** False: no input of the run was used. */
  readonly isUsed: boolean;
}

export const emptyRun = (host: Host, candidate: Candidate): Run => ({
  before: host.view(candidate.host),
  candidate,
  effects: [],
  inputs: [],
  requirements: [],
  isUsed: false,
});

export function give(host: Host, run: Run, meaning: Meaning): Run {
  let { host: state } = run.candidate;
  let isUsed = false;
  const effects: NodeEffect[] = [];
  const requirements: string[] = [];
  for (const input of meaning.inputs) {
    const step = host.step(state, input);
    state = step.next;
    isUsed = step.handled;
    effects.push(...step.effects);
    requirements.push(...step.requirements);
  }
  const given = { ...meaning.candidate, host: state };
  const isRefused = effects.some(({ type }) => type === 'refused');
  const used =
    isUsed && !isRefused && meaning.used !== undefined ? meaning.used(given, effects) : given;
  const isHalted = effects.some(({ type }) => type === 'guest.halt');
  return {
    before: run.before,
    candidate: isHalted ? { ...used, applies: [], handed: [] } : used,
    effects: [...run.effects, ...effects],
    inputs: [...run.inputs, ...meaning.inputs],
    requirements: run.requirements.concat(requirements),
    isUsed: run.isUsed || isUsed,
  };
}
