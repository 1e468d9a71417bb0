// The transitions of a machine, each with a name that a reader finds again.

import type { AnyStateMachine, AnyStateNode, AnyTransitionDefinition } from 'xstate';

export type TransitionNames = ReadonlyMap<AnyTransitionDefinition, string>;

export function transitionsOf(machine: AnyStateMachine): Map<AnyTransitionDefinition, string> {
  const named = new Map<AnyTransitionDefinition, string>();
  const visit = (node: AnyStateNode): void => {
    const own = [...(node.always ?? []), ...[...node.transitions.values()].flat()];
    for (const [index, one] of own.entries()) {
      const event = one.eventType === '' ? 'always' : one.eventType;
      const guard = typeof one.guard === 'string' ? ` [${one.guard}]` : '';
      named.set(one, `${node.id}: ${event}${guard} (${index})`);
    }
    for (const child of Object.values(node.states)) visit(child);
  };
  visit(machine.root);
  return named;
}
