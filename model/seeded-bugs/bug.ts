// What a seeded bug is: one guard or action of a chart, or one switch of the environment, that is not as it should be.

import type { Bounds } from '../environment/manager.ts';
import { charts } from '../host.ts';
import { rightVariant, type Variant } from '../system.ts';

export interface SeededBug {
  name: string;
  about: string;
  /** The property that its shortest counterexample violates. */
  property: string;
  steps: number;
  bounds: Bounds;
  variant: Variant;
  /** Its property says what happens in the end. */
  liveness?: true;
  /** Properties that say the rule itself would end the search before this one shows what comes of it. */
  onlyItsOwn?: true;
}

export const withCharts = (changed: Partial<Variant['charts']>): Variant => ({
  ...rightVariant,
  charts: { ...charts, ...changed },
});
