// The product of the hosts and their environment: one pure step relation over states of a few numbers. Deadlines may
// pass at any time, so what holds here holds whatever the clocks do. Spec: protocol; bounds: environment/manager.ts.

import type { Bounds } from './environment/manager.ts';
import type { Model } from './explore.ts';
import { createProduct, rightVariant, type Variant } from './system/product.ts';
import { createSteps } from './system/steps.ts';
import { createAlike } from './system/symmetry.ts';
import type { SystemView, Transition } from './system/view.ts';
import type { Message } from './vocabulary.ts';

export { hostNames } from './system/change.ts';
export type { Variant } from './system/product.ts';
export { rightVariant } from './system/product.ts';
export type { Deed, SystemView, Tampering, Transition } from './system/view.ts';

export interface System extends Model<SystemView, Transition> {
  /** A message under way, by the number that the channels and datagrams of a view give it. */
  message(id: number): Message;
}

export function createSystem(bounds: Bounds, variant: Variant = rightVariant): System {
  const product = createProduct(bounds, variant);
  const { lens, before, after, words } = product;
  const steps = createSteps(product);
  return {
    width: words.length,
    initial: product.initial,
    view: product.view,
    message: product.message,
    expand: steps.expand,
    step: steps.step,
    alike: createAlike(product),
    isConfluent: (step) => steps.step(step).isConfluent === true,
    lensed: { lens, before, after, kindOf: steps.kindOf, isSettled: steps.isSettled },
    maskOf: (part) =>
      words.reduce((mask, one, at) => (one.part === part ? mask | (1 << at) : mask), 0),
  };
}
