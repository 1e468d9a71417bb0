// A witness: a step in which a node did something, recognised by an effect of it. Spec: protocol.

import type { Sometimes } from '../explore.ts';
import type { Deed, SystemView, Transition } from '../system.ts';
import type { NodeEffect } from '../vocabulary.ts';

export type SystemSometimes = Sometimes<SystemView, Transition>;

interface Sign {
  effect(effect: NodeEffect): boolean;
  deed?(deed: Deed): boolean;
  when?(moment: { before: SystemView; after: SystemView }, deed: Deed): boolean;
}

export function witness(
  name: string,
  about: string,
  requirements: readonly string[],
  sign: Sign,
): SystemSometimes {
  const { effect, deed = () => true, when = () => true } = sign;
  return {
    kind: 'sometimes',
    name,
    about,
    requirements,
    isWitness: ({ before, step, after }) =>
      step.deeds.some(
        (one) => one.effects.some(effect) && deed(one) && when({ before, after }, one),
      ),
  };
}
