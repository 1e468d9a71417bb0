// Explores one job in turns, so that an interrupt is heard and progress is shown.

import { setImmediate } from 'node:timers/promises';
import type { Bounds } from '../environment/manager.ts';
import { examining } from '../explore/examine.ts';
import { exploring, type Figures, type Report } from '../explore.ts';
import type { SystemProspective } from '../properties/eventually.ts';
import type { SystemProperty } from '../properties.ts';
import { createSystem, type Transition, type Variant } from '../system.ts';
import { countTaken, type Taken } from '../taken.ts';
import type { Interrupt } from './interrupt.ts';
import { createProgress } from './progress.ts';

/** How far an exploration goes at most; none of it: to the end. */
export interface Limits {
  statesMax: number;
  depthMax?: number;
  bytesMax?: number;
  /** Confluent steps first, where every edge need not be kept. */
  isReduced?: boolean;
  isSymmetric?: boolean;
}
export interface RowRun {
  report: Report<Transition>;
  seconds: number;
  isInterrupted: boolean;
  /** Null: not counted. */
  taken: Taken | null;
}

export async function exploreRow(options: {
  name: string;
  bounds: Bounds;
  variant: Variant;
  properties: readonly SystemProperty[];
  /** With some, every edge is kept. */
  prospects: readonly SystemProspective[];
  limits: Limits;
  interrupt: Interrupt;
  /** What each edge takes is counted, where the graph is not kept. */
  countsTaken?: boolean;
}): Promise<RowRun> {
  const { name, bounds, variant, properties, prospects, interrupt } = options;
  const { isReduced = false, isSymmetric = false, ...limits } = options.limits;
  const model = createSystem(bounds, variant);
  const exploration = { model, properties, ...limits };
  const isCounted = options.countsTaken === true && prospects.length === 0;
  const count = isCounted ? countTaken(model) : null;
  const walk =
    prospects.length === 0
      ? exploring({
          ...exploration,
          isReduced,
          isSymmetric,
          ...(count !== null && { onEdge: count.onEdge }),
        })
      : examining({ ...exploration, prospects, fairnessOf: ({ fairness }) => fairness });
  const { result, seconds } = await drive({ name, interrupt, walk });
  return {
    report: result,
    seconds,
    isInterrupted: interrupt.isHeard(),
    taken: count?.taken() ?? null,
  };
}

/** Drives a walk to its end, or until an interrupt is heard. */
export async function drive<Result>(options: {
  name: string;
  walk: Generator<Figures, Result, boolean>;
  interrupt: Interrupt;
}): Promise<{ result: Result; seconds: number }> {
  const { name, walk, interrupt } = options;
  const now = (): number => performance.now();
  const progress = createProgress({ name, stream: process.stderr, now });
  const started = now();
  let turn = walk.next();
  while (turn.done !== true) {
    await setImmediate();
    progress.show(turn.value);
    turn = walk.next(!interrupt.isHeard());
  }
  progress.end();
  return { result: turn.value, seconds: (now() - started) / 1000 };
}
