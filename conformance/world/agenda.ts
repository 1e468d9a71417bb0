// What is to come in the world of a system case, by instant: inputs of nodes, and what the world does itself.
// Things of one instant come in the order in which they were put down. It knows nothing of what they are.
// Spec: conformance.md, "Faults".

import type { Input } from '../wire.ts';

/** Something that happens to a node at an instant. */
export interface Delivery {
  readonly node: string;
  readonly input: Input;
}

/** What is given when the instant has come; undefined where it is not to be delivered after all. */
export type Made = () => Input | undefined;

export interface Agenda {
  later(at: bigint, node: string, made: Made): void;
  /** The world does something by itself. */
  doLater(at: bigint, act: () => void): void;
  next(): bigint | undefined;
  /** The next delivery that has come due and is wanted. */
  take(now: bigint): Delivery | undefined;
  /** The node is given nothing: what would come waits. */
  stall(node: string): void;
  /** What waited comes now, in its order. */
  wake(node: string, now: bigint): void;
}

interface Entry {
  readonly at: bigint;
  readonly node: string | undefined;
  readonly made: Made;
}

export function createAgenda(): Agenda {
  const entries: Entry[] = [];
  /** By node that is stalled: what would have come. */
  const waiting = new Map<string, Made[]>();

  function add(entry: Entry): void {
    const index = entries.findIndex((other) => other.at > entry.at);
    if (index < 0) entries.push(entry);
    else entries.splice(index, 0, entry);
  }

  return {
    later: (at, node, made) => add({ at, node, made }),
    doLater(at, act) {
      const made = (): undefined => {
        act();
        return undefined;
      };
      add({ at, node: undefined, made });
    },
    next: () => entries[0]?.at,
    take(now) {
      while (entries[0] !== undefined && entries[0].at <= now) {
        const entry = entries.shift();
        if (entry === undefined) return undefined;
        const { node, made } = entry;
        const kept = node === undefined ? undefined : waiting.get(node);
        if (kept !== undefined) {
          kept.push(made);
          continue;
        }
        const input = made();
        if (node !== undefined && input !== undefined) return { node, input };
      }
      return undefined;
    },
    stall(node) {
      if (!waiting.has(node)) waiting.set(node, []);
    },
    wake(node, now) {
      const kept = waiting.get(node) ?? [];
      waiting.delete(node);
      for (const made of kept) add({ at: now, node, made });
    },
  };
}
