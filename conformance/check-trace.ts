// The clause monitors over a recorded trace: each line in its order, to a report of what was seen to be wrong, what
// was looked at, and what the trace cannot say. It takes typed lines; verbs/check-trace.ts reads the file.
// Spec: conformance.md, "Level L1".

import type { TraceDone, TraceGiven, TraceHeader, TraceLine } from '../model/refine/trace.ts';
import { createWatcher, monitors, type Watcher } from './monitors/index.ts';
import type { Finding, Monitor } from './monitors/monitor.ts';
import type { TraceEvent } from './monitors/trace.ts';
import { createView, type View } from './monitors/view.ts';
import { gapsOf } from './trace-gaps.ts';

export interface TraceCheck {
  /** What is wrong with the line's place in the trace, with the remedy; null where it may stand there. */
  take(line: TraceLine, number: number): string | null;
  /** So far. */
  report(): TraceFindings;
}

export interface TraceFindings {
  readonly violations: readonly Violation[];
  readonly observed: readonly string[];
  readonly watched: readonly string[];
  /** Clauses, each with the gaps that it depends on. */
  readonly inconclusive: { readonly [clause: string]: readonly string[] };
  readonly silent: readonly string[];
  /** What the trace leaves out. */
  readonly gaps: readonly string[];
  readonly nodes: readonly { readonly node: string; readonly steps: number }[];
  readonly events: number;
}

export interface Violation extends Finding {
  readonly clause: string;
  readonly node: string;
  /** Of the effects; the input stands on `inputLine`, or was left out. */
  readonly line: number;
  readonly inputLine: number | null;
  /** How often the same was found of that node, this time counted. */
  readonly times: number;
}

/** Violations of different node or reason that are kept. */
export const violationsMax = 1000;

interface Follower {
  readonly incarnation: string;
  watcher: Watcher | null;
  at: bigint;
  given: { readonly line: TraceGiven; readonly number: number } | null;
  steps: number;
}

export function createTraceCheck(header: TraceHeader): TraceCheck {
  const gaps = gapsOf(header);
  const followers = new Map<string, Follower>();
  const violations = new Map<string, Violation>();
  const looked = { observed: new Set<string>(), watched: new Set<string>() };
  const inconclusive = new Map<string, Set<string>>();
  let events = 0;
  let isJudged = true;

  function ask(monitor: Monitor, event: TraceEvent, view: View): Finding | undefined {
    if (!isJudged) return undefined;
    let isSound = true;
    const guarded = gaps.guard(view, (name) => {
      isSound = false;
      addTo(inconclusive, monitor.clause, name);
    });
    const found = monitor.check(event, guarded);
    if (!isSound) return undefined;
    if (monitor.isAbout === undefined) looked.watched.add(monitor.clause);
    else if (monitor.isAbout(event)) looked.observed.add(monitor.clause);
    return found;
  }

  function begin(node: string, incarnation: string): string | null {
    if (followers.has(node)) return `node ${node} has begun: give each life its own name`;
    followers.set(node, { incarnation, watcher: null, at: 0n, given: null, steps: 0 });
    return null;
  }
  for (const { node, incarnation } of header.nodes) begin(node, incarnation);

  /** Null: from here on nobody knows yet what the node has done before. */
  function watcherOf(follower: Follower, done: TraceDone): Watcher | null {
    const type = follower.given?.line.input.type;
    const isBeginning = type === 'manager.start' || type === 'manager.resume';
    const isAnchor = isBeginning && done.refused === undefined;
    if (header.from === 'anywhere' && !isAnchor) return follower.watcher;
    const { incarnation, at } = follower;
    const { node } = done;
    const view = (): View => createView(node, incarnation, header.vm, gaps.parameters, at);
    follower.watcher ??= createWatcher(new Map([[node, view()]]), ask);
    return follower.watcher;
  }

  function judge(follower: Follower, done: TraceDone, line: number): void {
    const watcher = watcherOf(follower, done);
    const { given } = follower;
    follower.given = null;
    if (watcher === null) return;
    follower.steps += 1;
    const inputLine = given?.number ?? null;
    const { node } = done;
    if (given?.line.input.type === 'clock.advanced') {
      // Who was told of an instant late has until then: monitors look at it behind the effects.
      isJudged = false;
      watcher.watch({ kind: 'advanced', at: follower.at, node });
      isJudged = true;
    }
    for (const event of eventsOf(done, given?.line ?? null, follower.at)) {
      events += 1;
      for (const finding of watcher.watch(event)) keep(finding, { node, line, inputLine });
    }
  }

  function keep(finding: Finding, place: Pick<Violation, 'node' | 'line' | 'inputLine'>): void {
    const key = `${place.node} ${finding.reason}`;
    const known = violations.get(key);
    if (known === undefined && violations.size >= violationsMax) return;
    const [clause = ''] = finding.reason.split('#');
    const times = (known?.times ?? 0) + 1;
    violations.set(key, { ...(known ?? { ...finding, ...place, clause }), times });
  }

  return {
    take(line, number) {
      if ('incarnation' in line) return begin(line.node, line.incarnation);
      const follower = followers.get(line.node);
      if (follower === undefined) return unknownNode(line.node, [...followers.keys()]);
      if ('input' in line) return give(follower, line, number);
      if (follower.given === null && header.omitted.length === 0) return noInput;
      judge(follower, line, number);
      return null;
    },
    report() {
      const clauses = [...new Set(monitors.map(({ clause }) => clause))].sort();
      const isUnsure = (clause: string): boolean => inconclusive.has(clause);
      const observed = clauses.filter((one) => looked.observed.has(one) && !isUnsure(one));
      const isWatched = (one: string): boolean => looked.watched.has(one) && !isUnsure(one);
      const watched = clauses.filter((one) => isWatched(one) && !observed.includes(one));
      const seen = new Set([...observed, ...watched, ...inconclusive.keys()]);
      return {
        violations: [...violations.values()].sort((left, right) => left.line - right.line),
        observed,
        watched,
        inconclusive: Object.fromEntries(
          clauses.filter(isUnsure).map((one) => [one, [...(inconclusive.get(one) ?? [])]]),
        ),
        silent: clauses.filter((clause) => !seen.has(clause)),
        gaps: [...gaps.names, ...[...followers].flatMap(gapOf)],
        nodes: [...followers].map(([node, { steps }]) => ({ node, steps })),
        events,
      };
    },
  };
}

function* eventsOf(done: TraceDone, given: TraceGiven | null, at: bigint): Generator<TraceEvent> {
  const { node, refused } = done;
  const isClock = given?.input.type === 'clock.advanced';
  if (given !== null && given.input.type !== 'clock.advanced') {
    const event = { kind: 'given', at, node, input: given.input } as const;
    yield refused === undefined ? event : { ...event, refused };
  }
  for (const effect of done.effects) yield { kind: 'effect', at, node, effect };
  if (isClock) yield { kind: 'advanced', at, node };
  yield { kind: 'settled', at, node };
}

function give(follower: Follower, line: TraceGiven, number: number): string | null {
  if (follower.given !== null) {
    return `expected the effects of line ${follower.given.number} first: every input has a line of effects, if need be an empty one`;
  }
  const { input } = line;
  const at = BigInt(line.at ?? (input.type === 'clock.advanced' ? input.at : follower.at));
  if (at < follower.at) {
    return `the clock of ${line.node} went back from ${follower.at} to ${at}: write each node's lines in the order of their instants, by a clock that is not set`;
  }
  follower.at = at;
  follower.given = { line, number };
  return null;
}

function gapOf([node, { given, watcher, steps }]: [string, Follower]): string[] {
  const cut = given === null ? [] : [`effects of the input on line ${given.number}`];
  const isUnknown = watcher === null && steps === 0 && given === null;
  return isUnknown ? [`beginning of node ${node}`] : cut;
}

const noInput =
  'expected an input first: a trace without some inputs names them in the header, in "omitted"';

function unknownNode(node: string, known: readonly string[]): string {
  return `no node ${node}; known: ${known.join(', ') || 'none'}. Name it in the header, or in a line with its incarnation`;
}

function addTo(sets: Map<string, Set<string>>, key: string, value: string): void {
  const known = sets.get(key);
  if (known === undefined) sets.set(key, new Set([value]));
  else known.add(value);
}
