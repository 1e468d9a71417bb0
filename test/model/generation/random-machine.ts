// Machines drawn from a seed, larger than can be enumerated: minimal, everything reached. What is
// drawn and cannot be made so is drawn again; the bound on that has a name.

import { impossible, type Mealy } from '../../../model/generation/mealy.ts';
import { minimise } from '../../../model/generation/minimise.ts';
import { createRandom, type Random } from '../../../model/generation/random.ts';
import { namedMachine, type Shape } from './machines.ts';

const drawsMax = 10_000;

export function drawMachine(shape: Shape, seed: number): Mealy {
  const random = createRandom(seed);
  for (let draw = 0; draw < drawsMax; draw++) {
    const { machine } = minimise(drawTable(shape, random));
    if (machine.states === shape.states) return machine;
  }
  throw new Error(
    `no minimal machine of ${shape.states} states in ${drawsMax} draws, seed ${seed}`,
  );
}

function drawTable({ states, inputs, outputs, partial }: Shape, random: Random): Mealy {
  const machine = namedMachine(states, inputs, outputs);
  for (let cell = 0; cell < states * inputs; cell++) {
    const isPossible = !partial || random.below(4) > 0;
    machine.next[cell] = isPossible ? random.below(states) : impossible;
    machine.output[cell] = isPossible ? random.below(outputs) : impossible;
  }
  return machine;
}
