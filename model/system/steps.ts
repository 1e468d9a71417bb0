// Which steps are possible in a state of the product, in a fixed order, so that a path of choices names a run.

import { hostSteps, restart } from './host-steps.ts';
import { declareLost } from './manager-steps.ts';
import type { Product, Words } from './product.ts';
import type { Push } from './scene.ts';
import { arbiterSteps, channelSteps, datagramSteps, diskSteps } from './world-steps.ts';

export function pushSteps(product: Product, state: Words, push: Push): void {
  const scene = { product, state, view: product.view(state), push };
  for (const host of [0, 1] as const) {
    const node = scene.view.hosts[host];
    if (node === null) restart(scene, host);
    else hostSteps(scene, host, node);
  }
  channelSteps(scene);
  datagramSteps(scene);
  arbiterSteps(scene);
  diskSteps(scene);
  declareLost(scene);
}
