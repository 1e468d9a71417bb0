// A chart as plain data: states, transitions, guards and actions by name, requirements. Nothing executable, so any
// language can read it. Spec: protocol.

import type { AnyStateMachine, AnyStateNode } from 'xstate';

export interface CanonicalTransition {
  event: string;
  guard: string | null;
  target: string | null;
  /** The state is left and entered again, although the target is itself or within it. */
  reenter: boolean;
  actions: readonly string[];
  requirements: readonly string[];
}
export interface CanonicalState {
  /** Path below the chart: `owner.joining.syncing`; empty for the chart itself. */
  path: string;
  kind: 'atomic' | 'compound' | 'parallel' | 'final' | 'history';
  initial: string | null;
  entry: readonly string[];
  exit: readonly string[];
  requirements: readonly string[];
  transitions: readonly CanonicalTransition[];
}
export interface CanonicalChart {
  chart: string;
  states: readonly CanonicalState[];
}

export function machineToCanonical(machine: AnyStateMachine): CanonicalChart {
  const states: CanonicalState[] = [];
  const visit = (node: AnyStateNode): void => {
    states.push(stateOf(node));
    for (const child of Object.values(node.states)) visit(child);
  };
  visit(machine.root);
  return { chart: machine.id, states };
}

function stateOf(node: AnyStateNode): CanonicalState {
  const named = [...node.transitions.values()].flat();
  const transitions = [...(node.always ?? []), ...named].map((one) => ({
    event: one.eventType === '' ? 'always' : String(one.eventType),
    guard: one.guard === undefined ? null : nameOf(one.guard),
    target: one.target?.map((target) => target.path.join('.')).join(',') ?? null,
    reenter: one.reenter,
    actions: one.actions.map(nameOf),
    requirements: requirementsOf(one.meta),
  }));
  return {
    path: node.path.join('.'),
    kind: node.type,
    initial: node.type === 'compound' ? (node.initial.target[0]?.path.join('.') ?? null) : null,
    entry: node.entry.map(nameOf),
    exit: node.exit.map(nameOf),
    requirements: requirementsOf(node.meta),
    transitions,
  };
}

/** `<inline>` stands for a guard or action without a name: a chart of this model has none. */
export const inlineName = '<inline>';

function nameOf(named: unknown): string {
  if (typeof named === 'string') return named;
  if (typeof named === 'object' && named !== null && 'type' in named) return String(named.type);
  return inlineName;
}

function requirementsOf(meta: unknown): string[] {
  if (typeof meta !== 'object' || meta === null || !('requirements' in meta)) return [];
  return Array.isArray(meta.requirements) ? meta.requirements.map(String) : [];
}
