// The search for runs that explain a line: the input given, deadlines that passed with the clock, and inputs that the
// trace leaves out. Bounded in length and in width. Spec: conformance, "Recorded traces".

import type { Host } from '../host.ts';
import { type Candidate, distinct } from './candidate.ts';
import type { Difference } from './difference.ts';
import { type Duty, dutyOf } from './duty.ts';
import { deadlineMeanings, hiddenMeanings } from './hidden.ts';
import { judge, type Observed } from './judge.ts';
import { type Meaning, meaningsOf } from './meaning.ts';
import { emptyRun, give, type Run } from './run.ts';
import type { Scene } from './scene.ts';
import type { Omissible, TraceEffect } from './trace.ts';

export interface Searcher {
  /** The candidates that explain a line, silent hidden inputs before it among what may have happened. */
  explain(candidates: readonly Candidate[], observed: Observed): Explanation | 'too-wide';
}
export interface Explanation {
  readonly candidates: readonly Candidate[];
  /** Where there is no candidate: how near each run came. */
  readonly misses: readonly Miss[];
  /** The candidates that were tried. */
  readonly width: number;
}
export interface Miss {
  readonly run: Run;
  readonly differences: readonly Difference[];
}

/** Candidates at one line; more is not decided. */
export const candidatesMax = 4096;
/** Hidden inputs that may explain one line without an input. */
const hiddenMax = 3;

export function createSearcher(
  host: Host,
  omitted: readonly Omissible[],
  sceneOf: (candidate: Candidate) => Scene,
): Searcher {
  const hiddenFrom = ({ candidate }: Run): readonly Meaning[] =>
    hiddenMeanings(omitted, sceneOf(candidate));

  /** Every candidate that silent hidden inputs lead to, the given ones among them; null: more than the width. */
  function closure(
    candidates: readonly Candidate[],
    types: readonly Omissible[],
  ): readonly Candidate[] | null {
    if (types.length === 0) return candidates;
    const found = new Map(candidates.map((one) => [JSON.stringify(one), one]));
    // The map grows while it is walked: each candidate is followed once.
    for (const candidate of found.values()) {
      const run = emptyRun(host, candidate);
      for (const meaning of hiddenMeanings(types, sceneOf(candidate))) {
        const next = give(host, run, meaning);
        if (next.isUsed && isSilent(next))
          found.set(JSON.stringify(next.candidate), next.candidate);
      }
      if (found.size > candidatesMax) return null;
    }
    return [...found.values()];
  }

  const isSilent = (run: Run): boolean => dutiesOf(run).length === 0;

  const dutiesOf = ({ candidate, effects }: Run): readonly Duty[] =>
    effects.flatMap((effect) => dutyOf(effect, sceneOf(candidate).items) ?? []);

  /** The runs of hidden inputs from one candidate, the empty one first, none asking for more than was done. */
  function sequences(
    first: Run,
    meaningsIn: (run: Run) => readonly Meaning[],
    { budget, lengthMax }: { budget: ReadonlyMap<string, number>; lengthMax: number },
  ): readonly Run[] {
    let front: readonly Run[] = [first];
    const runs = [first];
    for (let length = 0; length < lengthMax && front.length > 0; length++) {
      front = front.flatMap((run) =>
        meaningsIn(run)
          .filter((meaning) => !wasGiven(run, meaning))
          .map((meaning) => give(host, run, meaning))
          .filter((next) => isStep(run, next) && isWithin(dutiesOf(next), budget)),
      );
      front = distinctRuns(front);
      runs.push(...front);
    }
    return distinctRuns(runs);
  }

  function runsOf(candidate: Candidate, { input, effects }: Observed): readonly Run[] {
    const empty = emptyRun(host, candidate);
    const budget = budgetOf(effects);
    if (input === null) return sequences(empty, hiddenFrom, { budget, lengthMax: hiddenMax });
    if (input.type === 'clock.advanced') {
      const meaningsIn = (run: Run): readonly Meaning[] => deadlineMeanings(sceneOf(run.candidate));
      return sequences(empty, meaningsIn, { budget, lengthMax: deadlinesMax });
    }
    return meaningsOf(input, sceneOf(candidate)).map((meaning) => give(host, empty, meaning));
  }

  function explainFrom(candidates: readonly Candidate[], observed: Observed): Explanation {
    const found: Candidate[] = [];
    const misses: Miss[] = [];
    for (const candidate of candidates) {
      for (const run of runsOf(candidate, observed)) {
        const { differences, candidate: next } = judge(host, run, observed, sceneOf);
        if (differences.length === 0) found.push(next);
        else misses.push({ run, differences });
      }
    }
    return { candidates: distinct(found), misses, width: candidates.length };
  }

  /** Without those that another becomes by consuming what its guest was given: that may still be supposed later. */
  function leastConsumed(candidates: readonly Candidate[]): readonly Candidate[] {
    const lengths = new Set(candidates.map(({ handed }) => handed.length));
    if (!omitted.includes('guest.applied') || lengths.size < 2) return candidates;
    const kept = new Map(candidates.map((one) => [JSON.stringify(one), one]));
    const longestFirst = [...candidates].sort((a, b) => b.handed.length - a.handed.length);
    for (const candidate of longestFirst) {
      if (!kept.has(JSON.stringify(candidate))) continue;
      for (let next = consumed(candidate); next !== null; next = consumed(next)) {
        kept.delete(JSON.stringify(next));
      }
    }
    return [...kept.values()];
  }

  /** The candidate whose guest has silently consumed one entry more. */
  function consumed(candidate: Candidate): Candidate | null {
    const [meaning] = hiddenMeanings(['guest.applied'], sceneOf(candidate));
    const run = meaning && give(host, emptyRun(host, candidate), meaning);
    return run?.isUsed && isSilent(run) ? run.candidate : null;
  }

  return {
    explain(candidates, observed) {
      // What the guest has consumed shows late and changes nothing till then: it is supposed only where it must be.
      for (const types of [omitted.filter((type) => type !== 'guest.applied'), omitted]) {
        const closed = closure(candidates, types);
        if (closed === null) return 'too-wide';
        const explanation = explainFrom(closed, observed);
        const isLast = types.length === omitted.length;
        if (explanation.candidates.length === 0 && !isLast) continue;
        return { ...explanation, candidates: leastConsumed(explanation.candidates) };
      }
      return 'too-wide';
    },
  };
}

const deadlinesMax = 4;

/** One line is explained by no input twice. */
const wasGiven = (run: Run, { inputs }: Meaning): boolean =>
  inputs.every((input) =>
    run.inputs.some((given) => JSON.stringify(given) === JSON.stringify(input)),
  );

/** An input that was used and changed something. */
const isStep = (before: Run, { candidate, effects }: Run): boolean =>
  candidate.host !== before.candidate.host || effects.length > before.effects.length;

/** How many deeds of each field there are to explain; what is free does not count. */
function budgetOf(effects: readonly TraceEffect[]): ReadonlyMap<string, number> {
  const budget = new Map<string, number>();
  for (const effect of effects) {
    const field = budgetFields[effect.type];
    if (field !== null) budget.set(field, (budget.get(field) ?? 0) + 1);
  }
  return budget;
}

/** A close may be of a channel that does not stand, and commands to the guest are gathered: neither bounds a run. */
const budgetFields: Readonly<Record<TraceEffect['type'], Duty['field'] | null>> = {
  'channel.open': 'open',
  'channel.close': null,
  'channel.send': 'say',
  'datagram.send': null,
  'arbiter.request': 'ask',
  'disk.request': 'write',
  'output.emit': 'emit',
  'address.announce': 'announce',
  'guest.run': null,
  'guest.hold': null,
  'guest.throttle': 'throttle',
  'guest.copy': null,
  'guest.restore': null,
  'guest.apply': null,
  'guest.complete': 'complete',
  'guest.save': null,
  'guest.load': null,
  'guest.halt': null,
  report: 'report',
};

function isWithin(duties: readonly Duty[], budget: ReadonlyMap<string, number>): boolean {
  const left = new Map(budget);
  for (const { field } of duties) {
    if (field === 'close' || field === 'guest' || field === 'refused') continue;
    const key = field === 'fence' ? 'write' : field;
    const count = left.get(key) ?? 0;
    if (count === 0) return false;
    left.set(key, count - 1);
  }
  return true;
}

/** Runs to the same candidate by the same effects are one. */
function distinctRuns(runs: readonly Run[]): readonly Run[] {
  if (runs.length < 2) return runs;
  const keyOf = ({ candidate, effects }: Run): string => JSON.stringify([candidate, effects]);
  return [...new Map(runs.map((run) => [keyOf(run), run] as const).reverse()).values()].reverse();
}
