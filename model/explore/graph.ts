// Every edge of an exploration, as it is told of them: by the numbers of the states and of the step. Eight bytes an
// edge and eight a state, so ten million states with a hundred million edges are less than a gigabyte.

import { grown } from './pair-map.ts';

export class Graph {
  /** States that were seen. */
  states = 1;
  /** States whose edges are all here; those seen later have none. */
  expanded = 0;
  edges = 0;
  private readonly targets: Int32Array[] = [];
  private readonly steps: Int32Array[] = [];
  /** Of each state that is expanded, or being expanded, its first edge. */
  private firsts: Int32Array = new Int32Array(1024);
  /** The state from which each was seen first; -1 of the first. */
  private parents: Int32Array = new Int32Array(1024).fill(-1, 0, 1);
  private from = 0;

  /** Edges come in the order of the states that they leave, as the explorer tells of them. */
  add(from: number, to: number, step: number): void {
    if (this.edges === edgesMax) throw new Error(`a graph holds ${edgesMax} edges at most`);
    this.leave(from);
    const at = this.edges++;
    if ((at & chunkMask) === 0) {
      this.targets.push(new Int32Array(chunkMask + 1));
      this.steps.push(new Int32Array(chunkMask + 1));
    }
    const chunk = at >>> chunkBits;
    const [targets, steps] = [this.targets[chunk], this.steps[chunk]];
    if (targets !== undefined) targets[at & chunkMask] = to;
    if (steps !== undefined) steps[at & chunkMask] = step;
    if (to !== this.states) return;
    if (to === this.parents.length) this.parents = grown(this.parents);
    this.parents[to] = from;
    this.states++;
  }

  /** No more edges come; when not everything was explored, the last state may lack some. */
  close(isExhausted: boolean): void {
    if (!isExhausted) {
      this.expanded = this.from;
      return;
    }
    this.leave(this.states);
    this.expanded = this.states;
  }

  first(state: number): number {
    return state < this.expanded ? (this.firsts[state] ?? 0) : 0;
  }

  /** The one after the last edge of the state. */
  end(state: number): number {
    return state < this.expanded ? (this.firsts[state + 1] ?? 0) : 0;
  }

  target(edge: number): number {
    return this.targets[edge >>> chunkBits]?.[edge & chunkMask] ?? 0;
  }

  step(edge: number): number {
    return this.steps[edge >>> chunkBits]?.[edge & chunkMask] ?? 0;
  }

  parent(state: number): number {
    return this.parents[state] ?? -1;
  }

  /** The edge from the first state to the second; where there are several, the first. */
  edge(from: number, to: number): number {
    for (let edge = this.first(from); edge < this.end(from); edge++) {
      if (this.target(edge) === to) return edge;
    }
    throw new Error(`no edge leads from state ${from} to state ${to}`);
  }

  get bytes(): number {
    const chunks = 2 * this.targets.length * 4 * (chunkMask + 1);
    return chunks + this.firsts.byteLength + this.parents.byteLength;
  }

  private leave(from: number): void {
    while (this.from < from) {
      this.from++;
      if (this.from === this.firsts.length) this.firsts = grown(this.firsts);
      this.firsts[this.from] = this.edges;
    }
  }
}

const chunkBits = 20;
const chunkMask = 2 ** chunkBits - 1;
/** An edge's number is an exact 32-bit one. */
export const edgesMax = 2 ** 31 - 1;
