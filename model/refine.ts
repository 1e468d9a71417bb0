// Does a recorded trace refine the model? Every step that a node took must be one that the model may take, from some
// state that all its steps before leave possible. It takes typed values: model/cli/refine reads lines.
// It judges what was done, and not what was left undone for ever: periods are not compared with the clock, and no
// node with another. Spec: conformance, "Recorded traces".

import { createHost, type Host } from './host.ts';
import { createItems } from './refine/items.ts';
import type { Observed } from './refine/judge.ts';
import { createNodeFollower, type NodeFigures, type NodeFollower } from './refine/node.ts';
import type { RefusedStep } from './refine/refusal.ts';
import { BeyondModelError } from './refine/scene.ts';
import { candidatesMax } from './refine/search.ts';
import type {
  BytesReader,
  TraceDone,
  TraceGiven,
  TraceHeader,
  TraceLine,
  TraceNode,
} from './refine/trace.ts';
import type { ChartInput } from './vocabulary.ts';

export interface Refinement {
  /** What is wrong with the line's place in the trace, with the remedy; null where it may stand there. */
  take(line: TraceLine, number: number): string | null;
  /** Refused or undecided: no later line changes the verdict. */
  readonly isOver: boolean;
  /** So far; at the end of the trace it is the verdict. */
  verdict(): TraceVerdict;
}

export interface TraceVerdict {
  /** `undecided`: the search was too wide, the numbers too large, or nothing could be followed. */
  readonly outcome: 'accepted' | 'refused' | 'undecided';
  /** Where it is not accepted. */
  readonly why: string | null;
  readonly refusal: TraceRefusal | null;
  readonly nodes: readonly (NodeFigures & TraceNode)[];
  /** Inputs whose effects the trace does not have: their lines are not judged. */
  readonly unjudged: readonly number[];
}
export interface TraceRefusal extends RefusedStep {
  /** Of the effects; the input stands on `inputLine`, or was left out. */
  readonly line: number;
  readonly inputLine: number | null;
  readonly node: string;
  readonly given: TraceGiven['input'] | null;
  readonly done: TraceDone['effects'];
}

interface Follower extends NodeFollower {
  readonly named: TraceNode;
  at: bigint;
  given: { readonly line: TraceGiven; readonly number: number } | null;
}

/** A host is pure and remembers its steps: who refines many traces of the same nodes may keep theirs. */
export function createRefinement(
  header: TraceHeader,
  reader: BytesReader,
  hostOf: (input: ChartInput) => Host = createHost,
): Refinement {
  const items = createItems(reader);
  const followers = new Map<string, Follower>();
  let refusal: TraceRefusal | null = null;
  let undecided: string | null = null;

  function begin(named: TraceNode): string | null {
    if (followers.has(named.node))
      return `node ${named.node} has begun: give each life its own name`;
    const follower = createNodeFollower(header, named, { items, reader, hostOf });
    followers.set(named.node, Object.assign(follower, { named, at: 0n, given: null }));
    return null;
  }
  for (const node of header.nodes) begin(node);

  function give(follower: Follower, line: TraceGiven, number: number): string | null {
    if (follower.given !== null) {
      return `expected the effects of line ${follower.given.number} first: every input has a line of effects, if need be an empty one`;
    }
    const at = BigInt(line.at ?? follower.at);
    if (at < follower.at) return `the clock of ${line.node} went back from ${follower.at} to ${at}`;
    follower.at = at;
    follower.given = { line, number };
    return null;
  }

  function judge(follower: Follower, line: TraceDone, number: number): string | null {
    const { given } = follower;
    if (given === null && header.omitted.length === 0) {
      return 'expected an input first: a trace without some inputs names them in the header, in "omitted"';
    }
    follower.given = null;
    const { effects, refused } = line;
    const observed: Observed = { input: given?.line.input ?? null, effects, refused };
    const result = attempt(() => follower.take(observed));
    if (result === null) return null;
    if (typeof result === 'string') {
      undecided = `line ${number}: ${result}`;
      return null;
    }
    const inputLine = given?.number ?? null;
    const place = {
      line: number,
      inputLine,
      node: line.node,
      given: observed.input,
      done: effects,
    };
    refusal = { ...place, ...result };
    return null;
  }

  return {
    get isOver() {
      return refusal !== null || undecided !== null;
    },
    take(line, number) {
      if (refusal !== null || undecided !== null) return null;
      if ('incarnation' in line) return begin(line);
      const follower = followers.get(line.node);
      if (follower === undefined) {
        const known = [...followers.keys()].join(', ') || 'none';
        return `no node ${line.node}; known: ${known}. Name it in the header, or in a line with its incarnation`;
      }
      return 'input' in line ? give(follower, line, number) : judge(follower, line, number);
    },
    verdict() {
      const nodes = [...followers.values()].map(({ named, figures }) => ({ ...named, ...figures }));
      const unjudged = [...followers.values()].flatMap(({ given }) => given?.number ?? []);
      const rest = { refusal, nodes, unjudged };
      if (refusal !== null) {
        const why = `line ${refusal.line}: no state of the model allows it`;
        return { outcome: 'refused', why, ...rest };
      }
      if (undecided !== null) return { outcome: 'undecided', why: undecided, ...rest };
      if (nodes.some(({ steps }) => steps > 0)) return { outcome: 'accepted', why: null, ...rest };
      return { outcome: 'undecided', why: 'no step could be followed', ...rest };
    },
  };
}

/** What the model cannot count is not decided. */
function attempt(take: () => RefusedStep | 'too-wide' | null): RefusedStep | string | null {
  try {
    const result = take();
    return result === 'too-wide' ? `more than ${candidatesMax} states are possible` : result;
  } catch (error) {
    if (error instanceof BeyondModelError) return error.message;
    throw error;
  }
}
