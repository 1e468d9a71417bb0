// The transitions of a chart by name, and what each cites: for who counts which of them a run took. Spec: conventions.

import type { AnyStateMachine, AnyStateNode, AnyTransitionDefinition } from 'xstate';

/** Every transition of a machine with a name that a reader finds again: `pairing.idle: manager.start (0)`. */
export function transitionNames(machine: AnyStateMachine): Map<AnyTransitionDefinition, string> {
  const named = new Map<AnyTransitionDefinition, string>();
  const visit = (node: AnyStateNode): void => {
    const own = [...(node.always ?? []), ...[...node.transitions.values()].flat()];
    for (const [index, one] of own.entries()) {
      named.set(one, `${node.id}: ${one.eventType === '' ? 'always' : one.eventType} (${index})`);
    }
    for (const child of Object.values(node.states)) visit(child);
  };
  visit(machine.root);
  return named;
}

/** The names of the transitions that cite a clause. */
export function transitionsCiting(machine: AnyStateMachine, clause: string): string[] {
  return [...transitionNames(machine)]
    .filter(([{ meta }]) => requirementsIn(meta).includes(clause))
    .map(([, name]) => name);
}

/** The clauses that a state's or a transition's meta names. */
export function requirementsIn(meta: unknown): string[] {
  if (typeof meta !== 'object' || meta === null || !('requirements' in meta)) return [];
  return Array.isArray(meta.requirements) ? meta.requirements.map(String) : [];
}
