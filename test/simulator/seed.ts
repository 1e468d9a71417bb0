// How a failing run is told, and how its seed is given back: one run instead of many.

import type { SimulationResult } from './simulate.ts';

const variable = 'SIMULATOR_SEED';

/** The seed to replay, where one is given. */
export function chosenSeed(): number | undefined {
  const text = process.env[variable];
  return text === undefined ? undefined : Number(text);
}

/** The seed, the command that replays it, its faults, and the end of its trace. */
export function explain(seed: number, result: SimulationResult): string {
  const command = `${variable}=${seed} npx vitest run test/simulator`;
  const faults = result.faults.join('\n');
  return `seed ${seed}; replay it: ${command}\n${faults}\n${result.trace.slice(-60).join('\n')}`;
}
