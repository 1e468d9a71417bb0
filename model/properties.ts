// All properties of the product: what always holds, and what sometimes really happens.

import type { Property } from './explore.ts';
import { always } from './properties/always.ts';
import { sometimes } from './properties/sometimes.ts';
import type { SystemView, Transition } from './system.ts';

export type SystemProperty = Property<SystemView, Transition>;
export const properties: readonly SystemProperty[] = [...always, ...sometimes];

export const findProperty = (name: string): SystemProperty | null =>
  properties.find((property) => property.name === name) ?? null;
