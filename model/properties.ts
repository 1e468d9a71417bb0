// All properties of the product: what always holds, what sometimes really happens, and what happens in the end.

import type { Property } from './explore.ts';
import { always } from './properties/always.ts';
import { eventually, type SystemProspective } from './properties/eventually.ts';
import { sometimes } from './properties/sometimes.ts';
import type { SystemView, Transition } from './system.ts';

export type SystemProperty = Property<SystemView, Transition>;
export const properties: readonly SystemProperty[] = [...always, ...sometimes];

/** Judged where the whole graph is kept. */
export const prospects: readonly SystemProspective[] = eventually;

export const findProperty = (name: string): SystemProperty | SystemProspective | null =>
  [...properties, ...prospects].find((property) => property.name === name) ?? null;
