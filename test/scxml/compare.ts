// One walk in both: what XState was, held and did after each event, and what SCION was, held and sent.

import { effectToSent } from '../model/chart/content.ts';
import type { Walk } from '../model/chart/walk.ts';
import type { ScxmlModel } from './scion.ts';

export interface Difference {
  /** The events up to the one after which the two differ. */
  events: readonly unknown[];
  what: 'states' | 'data' | 'effects' | 'running it at all';
  xstate: unknown;
  scion: unknown;
}

/** The first difference; null where the walk is the same in both. */
export async function compareWalk(model: ScxmlModel, { steps }: Walk): Promise<Difference | null> {
  const session = await model();
  for (const [index, { event, configuration, context, effects }] of steps.entries()) {
    const { type, ...data } = event;
    session.give(type, data);
    const seen = session.look();
    const so = { events: steps.slice(0, index + 1).map((one) => one.event) };
    if (seen.errors.length > 0) {
      return { ...so, what: 'running it at all', xstate: null, scion: seen.errors };
    }
    const pairs = [
      ['states', configuration, seen.configuration],
      ['data', context, only(Object.keys(Object(context)), seen.data)],
      ['effects', effects.map(effectToSent), seen.sent],
    ] as const;
    for (const [what, xstate, scion] of pairs) {
      if (canonical(xstate) !== canonical(scion)) return { ...so, what, xstate, scion };
    }
  }
  return null;
}

/** SCION's data hold the loops' variables too. */
const only = (names: readonly string[], data: Record<string, unknown>): unknown =>
  Object.fromEntries(names.map((name) => [name, data[name]]));

/** Equal values, equal text: the order of an object's fields says nothing. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
