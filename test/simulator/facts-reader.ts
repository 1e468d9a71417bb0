// The facts of every host that is up, observed once for each state of a node: a state never changes,
// and the checkers ask after every step.

import {
  type Facts,
  type Incarnation,
  type NodeState,
  observe,
} from '../../impl/protocol/index.ts';
import type { Host } from './host.ts';

export type HostFacts = Facts & { readonly incarnation: Incarnation };

export function createFactsReader(): (hosts: Iterable<Host>) => readonly HostFacts[] {
  const observed = new WeakMap<NodeState, HostFacts>();

  function factsOf(node: NodeState, incarnation: Incarnation): HostFacts {
    const known = observed.get(node);
    if (known !== undefined) return known;
    const facts = { ...observe(node), incarnation };
    observed.set(node, facts);
    return facts;
  }

  return (hosts) => {
    const up: HostFacts[] = [];
    for (const { node, incarnation } of hosts) {
      if (node !== null) up.push(factsOf(node, incarnation));
    }
    return up;
  };
}
