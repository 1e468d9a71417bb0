// The product of two hosts and their environment: one pure step relation over states of nine numbers. Deadlines may
// pass at any time, so what holds here holds whatever the clocks do. Spec: protocol; bounds: environment/manager.ts.

import type { Bounds } from './environment/manager.ts';
import type { Model } from './explore.ts';
import {
  createProduct,
  rightVariant,
  type SystemView,
  type Variant,
  wordNames,
} from './system/product.ts';
import type { Transition } from './system/scene.ts';
import { pushSteps } from './system/steps.ts';

export type { Deed, SystemView, Variant } from './system/product.ts';
export { hostNames, rightVariant } from './system/product.ts';
export type { Transition } from './system/scene.ts';

export type System = Model<SystemView, Transition>;

export function createSystem(bounds: Bounds, variant: Variant = rightVariant): System {
  const product = createProduct(bounds, variant);
  return {
    width: wordNames.length,
    initial: product.initial,
    view: product.view,
    next: (state, push) => pushSteps(product, state, push),
  };
}
