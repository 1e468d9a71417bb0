// Walks through a slice that take every transition: one clause a walk, shortest way there, then on
// to the next transition of that clause while one is near. No state is expected that time forbids.
// Spec: conformance.md, "Cases".

import type { Slice, SliceState, SymbolicInput } from '../model/slices/slice.ts';
import type {
  Facts,
  DeadlineName as ModelDeadlineName,
  NodeEffect,
  NodeInput,
} from '../model/vocabulary.ts';
import type { DeadlineName } from './case.ts';
import { deadlineSpan, nodeParameters } from './world/periods.ts';

export interface Taken {
  readonly input: NodeInput;
  readonly effects: readonly NodeEffect[];
  readonly clauses: readonly string[];
}

export interface Edge extends Taken {
  readonly from: Node;
  readonly to: Node;
  readonly facts: Facts;
}

export interface Node {
  readonly state: SliceState;
  readonly edges: Edge[];
  /** The last edge of a shortest path from the first state; undefined at the first. */
  reachedBy: Edge | undefined;
}

export interface Graph {
  readonly preamble: readonly Taken[];
  readonly first: Node;
  /** In the order of their distance from the first. */
  readonly nodes: readonly Node[];
}

export interface Tour {
  readonly clause: string;
  /** From the first state. */
  readonly edges: readonly Edge[];
}

type ClauseOf = (slice: Slice, input: NodeInput, requirements: readonly string[]) => string;

/** Transitions that a walk takes beyond the way to its first target. */
const walkMax = 24;
/** How far a walk goes without a target to reach the next one. */
const detourMax = 2;

export function graphOf(slice: Slice, states: readonly SliceState[], clauseOf: ClauseOf): Graph {
  const byKey = new Map<string, Node>();
  for (const state of states) {
    byKey.set(slice.key(state), { state, edges: [], reachedBy: undefined });
  }
  const take = (
    state: SliceState,
    symbol: SymbolicInput,
  ): (Taken & { state: SliceState }) | undefined => {
    const step = slice.step(state, symbol);
    if (step.input === null) return undefined;
    const clause = clauseOf(slice, step.input, step.requirements);
    const clauses = [clause, ...step.requirements.filter((one) => one !== clause)];
    return { input: step.input, effects: step.effects, clauses, state: step.state };
  };
  for (const from of byKey.values()) {
    const inputs = new Set<string>();
    for (const symbol of slice.alphabet) {
      const taken = take(from.state, symbol);
      const to = taken === undefined ? undefined : byKey.get(slice.key(taken.state));
      // Two symbols may come to the same input in this state.
      if (taken === undefined || to === undefined || inputs.has(JSON.stringify(taken.input)))
        continue;
      inputs.add(JSON.stringify(taken.input));
      from.edges.push({ ...taken, from, to, facts: slice.facts(taken.state) });
    }
  }
  const first = byKey.get(slice.key(slice.initial()));
  if (first === undefined) throw new Error(`slice ${slice.name}: no first state`);
  return { preamble: preambleOf(slice, take), first, nodes: orderedFrom(first) };
}

function preambleOf(
  slice: Slice,
  take: (state: SliceState, symbol: SymbolicInput) => (Taken & { state: SliceState }) | undefined,
): Taken[] {
  let state = slice.reset();
  return slice.preamble.map((symbol) => {
    const taken = take(state, symbol);
    if (taken === undefined) throw new Error(`slice ${slice.name}: cannot give ${symbol.name}`);
    state = taken.state;
    return taken;
  });
}

function orderedFrom(first: Node): Node[] {
  const nodes = [first];
  const seen = new Set(nodes);
  for (const node of nodes) {
    for (const edge of node.edges) {
      if (seen.has(edge.to)) continue;
      seen.add(edge.to);
      edge.to.reachedBy = edge;
      nodes.push(edge.to);
    }
  }
  return nodes;
}

/** Walks that together take every transition that time allows. */
export function walks(graph: Graph): { tours: readonly Tour[]; unreachable: number } {
  const open = new Map<string, Map<Node, Set<Edge>>>();
  for (const node of graph.nodes) {
    for (const edge of node.edges) {
      const clause = edge.clauses[0] ?? '';
      const nodes = open.get(clause) ?? new Map<Node, Set<Edge>>();
      nodes.set(node, (nodes.get(node) ?? new Set()).add(edge));
      open.set(clause, nodes);
    }
  }
  const tours: Tour[] = [];
  let unreachable = 0;
  for (const [clause, targets] of open) {
    for (const [node, edges] of targets) {
      while (edges.size > 0) {
        const tour = walkFrom(graph.first, node, targets);
        if (tour.length > 0) tours.push({ clause, edges: tour });
        else {
          unreachable += edges.size;
          edges.clear();
        }
      }
    }
  }
  return { tours, unreachable };
}

/** One walk whose first target leaves `start`; empty where time forbids all of its targets. */
function walkFrom(first: Node, start: Node, targets: Map<Node, Set<Edge>>): Edge[] {
  const walk = pathTo(start);
  const clock = createClock(first);
  if (!walk.every((edge) => clock.allows(edge) && clock.take(edge))) return [];
  let node = start;
  let length = 0;
  while (length < walkMax) {
    const edge = nextTarget(node, targets, clock);
    if (edge !== undefined) {
      targets.get(node)?.delete(edge);
      walk.push(edge);
      clock.take(edge);
      node = edge.to;
      length += 1;
      continue;
    }
    if (length === 0) return [];
    const detour = detourFrom(node, targets);
    if (detour === undefined || !detour.every((one) => clock.allows(one) && clock.take(one))) break;
    walk.push(...detour);
    length += detour.length;
    node = detour.at(-1)?.to ?? node;
  }
  return walk;
}

function pathTo(node: Node): Edge[] {
  const path: Edge[] = [];
  for (let edge = node.reachedBy; edge !== undefined; edge = edge.from.reachedBy)
    path.unshift(edge);
  return path;
}

/** A transition that stays first: the walk leaves a state when nothing is left to do there. */
function nextTarget(node: Node, targets: Map<Node, Set<Edge>>, clock: Clock): Edge | undefined {
  const allowed = [...(targets.get(node) ?? [])].filter((edge) => clock.allows(edge));
  return allowed.find((edge) => edge.to === node) ?? allowed[0];
}

/** A short way to a state with a target left. */
function detourFrom(start: Node, targets: Map<Node, Set<Edge>>): Edge[] | undefined {
  let frontier: (readonly [Node, Edge[]])[] = [[start, []]];
  const seen = new Set([start]);
  for (let depth = 0; depth < detourMax; depth += 1) {
    const next: (readonly [Node, Edge[]])[] = [];
    for (const [node, path] of frontier) {
      for (const edge of node.edges) {
        if (seen.has(edge.to)) continue;
        seen.add(edge.to);
        const longer = [...path, edge];
        if ((targets.get(edge.to)?.size ?? 0) > 0) return longer;
        next.push([edge.to, longer]);
      }
    }
    frontier = next;
  }
  return undefined;
}

/** What a walk has used up: in virtual time neither what is asked again after R, nor a joining that is
 *  given up after J, nor a yield that is taken back after Y must come due unawares. */
export interface Clock {
  allows(edge: Edge): boolean;
  take(edge: Edge): true;
}

/** Deadlines that run from an event on, whatever comes meanwhile. */
const lasting = ['join', 'yield'] as const;

export function createClock(first: Node): Clock {
  let now = 0n;
  let askedAt = isPending(first, 'retry') ? now : undefined;
  const begun = new Map<DeadlineName, bigint>();
  for (const name of lasting) if (isPending(first, name)) begun.set(name, now);

  const dueAt = (name: DeadlineName): bigint | undefined => {
    const since = name === 'retry' ? askedAt : begun.get(name);
    return since === undefined ? undefined : since + deadlineSpan(name, nodeParameters);
  };
  const begin = (name: DeadlineName, to: Node, at: bigint): void => {
    if (!isPending(to, name)) begun.delete(name);
    else if (!begun.has(name)) begun.set(name, at);
  };
  return {
    allows(edge) {
      const name = deadlineOf(edge);
      if (name === undefined) return true;
      const end = now + deadlineSpan(name, nodeParameters);
      return (['retry', ...lasting] as const).every((other) => {
        const due = dueAt(other);
        return other === name || due === undefined || end < due;
      });
    },
    take(edge) {
      const before = now;
      const name = deadlineOf(edge);
      if (name !== undefined) now += deadlineSpan(name, nodeParameters);
      if (edge.effects.some((effect) => effect.type === 'arbiter.request')) {
        // The instant of what is asked, or the earliest that it can be.
        askedAt = (name === undefined ? undefined : dueAt(name)) ?? before;
      } else if (!isPending(edge.to, 'retry')) askedAt = undefined;
      else if (askedAt === undefined || isResolved(edge)) askedAt = now;
      for (const one of lasting) begin(one, edge.to, before);
      return true;
    },
  };
}

/** Whether the node does something once this deadline has passed. After R it asks again: for a
 *  request, a read, a fence. */
function isPending(node: Node, name: DeadlineName): boolean {
  return node.edges.some((edge) => deadlineOf(edge) === name && edge.effects.length > 0);
}

/** An older record and no record count as no answer: the request is sent again after R. */
function isResolved(edge: Edge): boolean {
  const { input, facts } = edge;
  if (input.type !== 'arbiter.answered' || input.nonce !== 'current') return false;
  return input.record !== null && input.record.version === facts.version;
}

/** Whether the lag is above what is allowed is no deadline of its own: the case's parameters decide it. */
export const deadlineName = (name: ModelDeadlineName): DeadlineName =>
  name === 'lag' ? 'alive' : name;

function deadlineOf({ input }: Edge): DeadlineName | undefined {
  return input.type === 'deadline.passed' ? deadlineName(input.name) : undefined;
}
