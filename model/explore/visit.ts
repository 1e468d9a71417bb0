// Shortest runs that visit every one of some goals: breadth first over the states together with the set of goals that
// the run has visited so far. It judges no property.

import { type Figures, progressEvery } from '../explore.ts';
import type { Random } from '../generation/random.ts';
import type { Model } from './model.ts';
import { StateTable } from './state-table.ts';
import { Trail } from './trail.ts';

export interface Visiting<View, Step> {
  model: Model<View, Step>;
  /** A bit for each goal; at most 31. */
  goals: number;
  /** The goals that the first state visits, as bits. */
  initially: number;
  /** The goals that a step visits; the words are those before it and after it, and change later. */
  look(step: number, before: Int32Array, after: Int32Array): number;
  /** A goal counts only when those before it were visited earlier, or in the same step. */
  inOrder: boolean;
  /** So many runs, with different ends. */
  count: number;
  statesMax: number;
  depthMax?: number;
  bytesMax?: number;
  /** Draws among runs of one length; without it the first in the order of the steps are found. */
  random?: Random;
}
export interface Visits extends Figures {
  /** Shortest first, as choices from the first state. */
  runs: readonly (readonly number[])[];
  /** The goals that some step visited, whether or not a run visited all. */
  visited: number;
  isExhausted: boolean;
  stoppedBy: 'count' | 'states' | 'depth' | 'bytes' | 'caller' | null;
}

/** In turns, as `exploring`. */
export function* visiting<View, Step>(
  search: Visiting<View, Step>,
): Generator<Figures, Visits, boolean> {
  const { model, goals, look, inOrder, count, statesMax, random } = search;
  const { depthMax = Number.POSITIVE_INFINITY, bytesMax = Number.POSITIVE_INFINITY } = search;
  const { width } = model;
  const all = 2 ** goals - 1;
  const add = inOrder ? addInOrder : addAny;
  const table = new StateTable(width + 1);
  const trail = new Trail();
  /** The words of a state, and then the goals that the run to it has visited. */
  const words: Int32Array = new Int32Array(width + 1);
  const next: Int32Array = new Int32Array(width + 1);
  const state = words.subarray(0, width);
  const runs: number[][] = [];
  const levels = [1];
  let visited = search.initially;
  let [id, edges, depth] = [0, 0, 0];
  let stoppedBy: Visits['stoppedBy'] = null;
  const keep = (choice: number, changed: number): void => {
    const size = table.size;
    if (table.add(next, changed) < size) return;
    trail.push(id, choice);
    if (next[width] !== all) return;
    runs.push(trail.to(size));
    if (runs.length >= count) stoppedBy = 'count';
  };
  const expand = (): void => {
    const edgesOfState: { choice: number; changed: number; words: Int32Array }[] = [];
    const had = words[width] ?? 0;
    let choice = 0;
    model.expand(state, (step, after, changed) => {
      edges++;
      if (stoppedBy === null) {
        const hits = look(step, state, after);
        visited |= hits;
        const has = add(had, hits, goals);
        next.set(after);
        next[width] = has;
        const mask = has === had ? changed : changed | (1 << width);
        if (random === undefined) keep(choice, mask);
        else edgesOfState.push({ choice, changed: mask, words: next.slice() });
      }
      choice++;
    });
    for (let left = edgesOfState.length; left > 0 && stoppedBy === null; left--) {
      const [edge] = edgesOfState.splice(random?.below(left) ?? 0, 1);
      if (edge === undefined) break;
      next.set(edge.words);
      keep(edge.choice, edge.changed);
    }
  };
  const figures = (): Figures => ({
    states: table.size,
    edges,
    depth,
    waiting: table.size - id,
    bytes: table.bytes + trail.bytes,
    levels,
  });
  words.set(model.initial);
  words[width] = add(0, search.initially, goals);
  table.add(words, -1);
  trail.push(-1, 0);
  if (words[width] === all) {
    runs.push([]);
    if (count === 1) stoppedBy = 'count';
  }
  let levelEnd = 1;
  for (; id < table.size && stoppedBy === null; id++) {
    if (id === levelEnd) {
      depth++;
      levels.push(table.size - levelEnd);
      if (depth >= depthMax) {
        stoppedBy = 'depth';
        break;
      }
      levelEnd = table.size;
    }
    table.unfold(id, words);
    // A run that has visited all is not made longer.
    if (words[width] !== all) expand();
    if (stoppedBy !== null) break;
    if (table.size > statesMax) stoppedBy = 'states';
    if (id % progressEvery !== 0) continue;
    const now = figures();
    if (now.bytes > bytesMax) stoppedBy = 'bytes';
    if (!(yield now)) stoppedBy ??= 'caller';
  }
  return { ...figures(), runs, visited, stoppedBy, isExhausted: stoppedBy === null };
}

const addAny = (had: number, hits: number): number => had | hits;

function addInOrder(had: number, hits: number, goals: number): number {
  let has = had;
  for (let goal = 0; goal < goals; goal++) {
    if ((has & (1 << goal)) !== 0) continue;
    if ((hits & (1 << goal)) === 0) break;
    has |= 1 << goal;
  }
  return has;
}
