// The model's explorer as the benchmark sees it: the one place to change when the explorer changes.
// Run as a program it explores once, in a process of its own, and prints what that took. Spec: protocol.

import { pathToFileURL } from 'node:url';
import type { Bounds } from '../../../model/environment/manager.ts';
import { explore, type Report } from '../../../model/explore.ts';
import type { SystemAlways } from '../../../model/properties/look.ts';
import {
  createSystem,
  rightVariant,
  type Transition,
  type Variant,
} from '../../../model/system.ts';
import { claimed } from './core-text.ts';
import type { Exploration } from './exploration.ts';
import { projectState } from './projection.ts';

export const exploreModel = (
  bounds: Bounds,
  variant: Variant,
  properties: readonly SystemAlways[],
): Report<Transition> =>
  explore({
    model: createSystem(bounds, variant),
    properties,
    statesMax: Number.POSITIVE_INFINITY,
  });

/** Every state within the bounds, or those nearest to the start, projected; equal projections once, first come first. */
export function projectModel(
  bounds: Bounds,
  statesMax: number = Number.POSITIVE_INFINITY,
): Set<string> {
  // Without the lens the property below looks at every state, and not once for several that are alike to it.
  const { lensed: _, ...model } = createSystem(bounds, rightVariant);
  const options = { joins: bounds.joins, message: model.message };
  const projected = new Set([projectState(model.view(model.initial), options)]);
  const everyState: SystemAlways = {
    kind: 'always',
    on: 'state',
    name: 'projected',
    about: 'looks at each state once, and blames none',
    requirements: [],
    check({ after }) {
      projected.add(projectState(after, options));
      return null;
    },
  };
  explore({ model, properties: [everyState], statesMax });
  return projected;
}

/** What one exploration with every property that core.pml claims costs this process. */
function measureOnce(bounds: Bounds): Exploration {
  const before = process.memoryUsage().rss;
  const started = process.cpuUsage();
  const { states, edges, depth, isExhausted } = exploreModel(bounds, rightVariant, claimed);
  const { user, system } = process.cpuUsage(started);
  const bytes = process.resourceUsage().maxRSS * 1024 - before;
  return { states, transitions: edges, depth, seconds: (user + system) / 1e6, bytes, isExhausted };
}

const [, program = '', bounds] = process.argv;
if (import.meta.url === pathToFileURL(program).href && bounds !== undefined) {
  process.stdout.write(JSON.stringify(measureOnce(JSON.parse(bounds))));
}
