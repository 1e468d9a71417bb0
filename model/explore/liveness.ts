// Whether something happens in every fair run: a run that never reaches its goal either rests in a state in which
// nothing must happen, or goes round for ever in a strongly connected component in which every class of steps has its
// due. (Emerson and Lei 1987: "Modalities for model checking"; Streett's pairs for strong fairness.)

import { Components } from './components.ts';
import type { Fairness } from './fairness.ts';
import type { Graph } from './graph.ts';
import { createRegion, type Marks, type Region } from './region.ts';

/** The class of each step by its number: an index into `classes`, or -1. */
export interface Fairnesses {
  readonly classes: readonly Fairness[];
  classOf(step: number): number;
}
/** A run as choices from the first state of the graph: the stem, and what is then repeated for ever. */
export interface Lasso {
  stem: readonly number[];
  /** Empty: the run rests, since nothing must happen any more. */
  loop: readonly number[];
}
export interface Found {
  /** States in which a run began, short of its goal. */
  premise: number;
  /** The nearest violation; null: there is none among what was explored. */
  lasso: Lasso | null;
}

/** Every fair run from a beginning reaches a goal. */
export function findLasso(graph: Graph, marks: Marks, fairnesses: Fairnesses): Found {
  const region = createRegion(graph, marks);
  const rest = restIn(graph, region, fairnesses);
  const round = roundIn(graph, region, fairnesses);
  const isRest = rest !== null && (round === null || rest.rank <= round.rank);
  return {
    premise: region.begun,
    lasso: isRest
      ? { stem: region.wayTo(rest.state), loop: [] }
      : round && { stem: region.wayTo(round.entry), loop: loopIn(graph, round, fairnesses) },
  };
}

/** From every beginning some run reaches a goal, faults and all: weaker, and needs no fairness. */
export function findTrap(graph: Graph, marks: Marks): Found {
  const region = createRegion(graph, marks);
  const isHopeful = hopeful(graph, marks);
  const trapped = region.members.find((state) => !isHopeful(state));
  return {
    premise: region.begun,
    lasso: trapped === undefined ? null : { stem: region.wayTo(trapped), loop: [] },
  };
}

/** The nearest state in which no step is in any class; what was not expanded is not known to be one. */
function restIn(
  graph: Graph,
  { members }: Region,
  { classOf }: Fairnesses,
): { state: number; rank: number } | null {
  const rank = members.findIndex((state) => {
    if (state >= graph.expanded) return false;
    for (let edge = graph.first(state); edge < graph.end(state); edge++) {
      if (classOf(graph.step(edge)) >= 0) return false;
    }
    return true;
  });
  return rank < 0 ? null : { state: members[rank] ?? 0, rank };
}

/** A component in which a run may stay for ever; it comes in at `entry`. */
interface Round {
  entry: number;
  rank: number;
  isInside(state: number): boolean;
}

function roundIn(graph: Graph, { members }: Region, fairnesses: Fairnesses): Round | null {
  const tables = new Components(graph);
  const { parts, components } = tables;
  const ranks = new Int32Array(graph.states);
  members.forEach((state, rank) => {
    ranks[state] = rank;
  });
  const fair: Round[] = [];
  let part = 0;
  const waiting: ArrayLike<number>[] = [members];
  for (let job = waiting.pop(); job !== undefined; job = waiting.pop()) {
    part++;
    for (let at = 0; at < job.length; at++) parts[job[at] ?? 0] = part;
    tables.search(job, part, (found) => {
      const component = components[found[0] ?? 0] ?? 0;
      const rank = found.reduce(
        (least, state) => Math.min(least, ranks[state] ?? 0),
        members.length,
      );
      if ((fair.at(-1)?.rank ?? members.length) <= rank) return;
      const isInside = (state: number): boolean => components[state] === component;
      const starved = starvedIn(graph, { members: found, isInside }, fairnesses);
      if (starved.length === 0) {
        // What is searched later are parts of other components, so these states keep their numbers.
        fair.push({ entry: members[rank] ?? 0, rank, isInside });
      } else if (starved.every((index) => fairnesses.classes[index]?.strength === 'strong')) {
        const isLeft = (state: number): boolean =>
          !starved.some((index) => isPossible(graph, state, index, fairnesses));
        const left = found.filter(isLeft);
        if (left.length > 0) waiting.push(left);
      }
    });
  }
  return fair.at(-1) ?? null;
}

/** The classes that would not have their due if a run stayed among these states for ever and took every step there. */
function starvedIn(
  graph: Graph,
  { members, isInside }: { members: ArrayLike<number>; isInside(state: number): boolean },
  { classes, classOf }: Fairnesses,
): number[] {
  const possible = new Map<number, number>();
  const taken = new Set<number>();
  const here = new Set<number>();
  for (let at = 0; at < members.length; at++) {
    const state = members[at] ?? 0;
    here.clear();
    for (let edge = graph.first(state); edge < graph.end(state); edge++) {
      const index = classOf(graph.step(edge));
      if (index < 0) continue;
      here.add(index);
      if (isInside(graph.target(edge))) taken.add(index);
    }
    for (const index of here) possible.set(index, (possible.get(index) ?? 0) + 1);
  }
  return [...possible]
    .filter(
      ([index, states]) =>
        !taken.has(index) && (classes[index]?.strength === 'strong' || states === members.length),
    )
    .map(([index]) => index);
}

function isPossible(graph: Graph, state: number, index: number, { classOf }: Fairnesses): boolean {
  for (let edge = graph.first(state); edge < graph.end(state); edge++) {
    if (classOf(graph.step(edge)) === index) return true;
  }
  return false;
}

/** A short way round: the shortest, with a detour for each class that would starve on it. */
function loopIn(graph: Graph, round: Round, fairnesses: Fairnesses): number[] {
  const wanted: number[] = [];
  for (;;) {
    const edges = wayRound(graph, round, { wanted, fairnesses });
    const visited = new Set(edges.map(({ from }) => from));
    const steps = new Set(edges.map(({ edge }) => edge));
    const members = [...visited];
    const starved = starvedIn(
      // A step is taken only where the loop takes it.
      graph,
      { members, isInside: () => false },
      fairnesses,
    ).find((index) => ![...steps].some((edge) => fairnesses.classOf(graph.step(edge)) === index));
    if (starved === undefined) return edges.map(({ from, edge }) => edge - graph.first(from));
    wanted.push(starved);
  }
}

interface Taken {
  from: number;
  edge: number;
}

function wayRound(
  graph: Graph,
  round: Round,
  { wanted, fairnesses }: { wanted: readonly number[]; fairnesses: Fairnesses },
): Taken[] {
  const way: Taken[] = [];
  let at = round.entry;
  const go = (isEnd: (edge: number) => boolean): void => {
    const taken = shortest(graph, { from: at, isInside: round.isInside, isEnd });
    way.push(...taken);
    at = graph.target(taken.at(-1)?.edge ?? 0);
  };
  for (const index of wanted) {
    const isDone = ({ from, edge }: Taken): boolean => isDue(edge) || isOff(from);
    const isDue = (edge: number): boolean => fairnesses.classOf(graph.step(edge)) === index;
    const isOff = (state: number): boolean =>
      fairnesses.classes[index]?.strength === 'weak' &&
      !isPossible(graph, state, index, fairnesses);
    if (!way.some(isDone)) go((edge) => isDue(edge) || isOff(graph.target(edge)));
  }
  if (way.length === 0 || at !== round.entry) go((edge) => graph.target(edge) === round.entry);
  return way;
}

/** The fewest edges, inside, of which the last is such an end. */
function shortest(
  graph: Graph,
  way: { from: number; isInside(state: number): boolean; isEnd(edge: number): boolean },
): Taken[] {
  const { from: start, isInside, isEnd } = way;
  const reached = new Map<number, Taken | null>([[start, null]]);
  // A map is walked in the order of its insertions, those made meanwhile too: breadth first.
  for (const from of reached.keys()) {
    for (let edge = graph.first(from); edge < graph.end(from); edge++) {
      const to = graph.target(edge);
      if (!isInside(to)) continue;
      if (isEnd(edge)) return [...wayBack(reached, from), { from, edge }];
      if (!reached.has(to)) reached.set(to, { from, edge });
    }
  }
  throw new Error('a component does not reach all of itself');
}

function wayBack(reached: ReadonlyMap<number, Taken | null>, state: number): Taken[] {
  const way: Taken[] = [];
  for (let taken = reached.get(state); taken; taken = reached.get(taken.from)) way.push(taken);
  return way.reverse();
}

/** Which states can reach a goal, or something that was not expanded. */
function hopeful(graph: Graph, { isGoal }: Marks): (state: number) => boolean {
  const firsts = new Int32Array(graph.states + 2);
  for (let edge = 0; edge < graph.edges; edge++) {
    const after = graph.target(edge) + 2;
    firsts[after] = (firsts[after] ?? 0) + 1;
  }
  for (let at = 1; at < firsts.length; at++) firsts[at] = (firsts[at] ?? 0) + (firsts[at - 1] ?? 0);
  const sources = new Int32Array(graph.edges);
  for (let state = 0; state < graph.expanded; state++) {
    for (let edge = graph.first(state); edge < graph.end(state); edge++) {
      const slot = graph.target(edge) + 1;
      const at = firsts[slot] ?? 0;
      sources[at] = state;
      firsts[slot] = at + 1;
    }
  }
  const isHopeful = new Uint8Array(graph.states);
  const queue: number[] = [];
  const reach = (state: number): void => {
    if (isHopeful[state] === 1) return;
    isHopeful[state] = 1;
    queue.push(state);
  };
  for (let state = 0; state < graph.states; state++) {
    if (state >= graph.expanded || isGoal(state)) reach(state);
  }
  for (let state = queue.pop(); state !== undefined; state = queue.pop()) {
    for (let at = firsts[state] ?? 0; at < (firsts[state + 1] ?? 0); at++) reach(sources[at] ?? 0);
  }
  return (state) => isHopeful[state] === 1;
}
