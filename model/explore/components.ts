// The strongly connected components of a part of a graph, without recursion. (Tarjan 1972: "Depth-first search and
// linear graph algorithms".)

import type { Graph } from './graph.ts';

export class Components {
  private readonly graph: Graph;
  /** The part to which each state belongs at present; who searches a part sets it. */
  readonly parts: Int32Array;
  /** Of each state, its component in the search that found it last; numbers are never used again. */
  readonly components: Int32Array;
  private found = 0;
  /** The order of coming in this search, 0 where it has not been; the lowest order that it reaches. */
  private readonly orders: Int32Array;
  private readonly lows: Int32Array;
  /** The next edge to follow. */
  private readonly cursors: Int32Array;
  /** States that are in no component yet, and the way to where the search is. */
  private readonly open: Int32Array;
  private readonly way: Int32Array;

  constructor(graph: Graph) {
    this.graph = graph;
    const table = (): Int32Array => new Int32Array(graph.states);
    this.parts = table();
    this.components = table();
    this.orders = table();
    this.lows = table();
    this.cursors = table();
    this.open = table();
    this.way = table();
  }

  /** Calls `visit` with the states of each component of the part; a state without a way back to itself is none. */
  search(members: ArrayLike<number>, part: number, visit: (members: Int32Array) => void): void {
    const { graph, parts, orders, lows, cursors, open, way } = this;
    for (let at = 0; at < members.length; at++) orders[members[at] ?? 0] = 0;
    let [order, opened, deep] = [0, 0, 0];
    const enter = (state: number): void => {
      orders[state] = ++order;
      lows[state] = order;
      cursors[state] = graph.first(state);
      open[opened++] = state;
      way[deep++] = state;
    };
    const leave = (state: number): void => {
      deep--;
      const low = lows[state] ?? 0;
      const parent = way[deep - 1] ?? 0;
      if (deep > 0 && low < (lows[parent] ?? 0)) lows[parent] = low;
      if (low !== orders[state]) return;
      const component = ++this.found;
      const last = opened;
      let member = -1;
      while (member !== state) {
        member = open[--opened] ?? 0;
        this.components[member] = component;
        orders[member] = closed;
      }
      if (last - opened > 1 || this.isLoop(state)) visit(open.slice(opened, last));
    };
    for (let at = 0; at < members.length; at++) {
      const root = members[at] ?? 0;
      if (orders[root] === 0) enter(root);
      while (deep > 0) {
        const state = way[deep - 1] ?? 0;
        const edge = cursors[state] ?? 0;
        if (edge === graph.end(state)) {
          leave(state);
          continue;
        }
        cursors[state] = edge + 1;
        const to = graph.target(edge);
        if (parts[to] !== part) continue;
        const seen = orders[to] ?? 0;
        if (seen === 0) enter(to);
        else if (seen < (lows[state] ?? 0)) lows[state] = seen;
      }
    }
  }

  private isLoop(state: number): boolean {
    const { graph } = this;
    for (let edge = graph.first(state); edge < graph.end(state); edge++) {
      if (graph.target(edge) === state) return true;
    }
    return false;
  }
}

/** Higher than any order: what is in a component is no way back. */
const closed = 2 ** 31 - 1;
