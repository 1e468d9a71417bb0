// Explores one row in turns, so that an interrupt is heard and progress is shown once a second on a terminal.

import { setImmediate } from 'node:timers/promises';
import type { Bounds } from '../environment/manager.ts';
import { examining } from '../explore/examine.ts';
import { exploring, type Report } from '../explore.ts';
import type { SystemProspective } from '../properties/eventually.ts';
import type { SystemProperty } from '../properties.ts';
import { createSystem, type Transition, type Variant } from '../system.ts';

export interface RowRun {
  report: Report<Transition>;
  seconds: number;
  isInterrupted: boolean;
}

export async function exploreRow(options: {
  name: string;
  bounds: Bounds;
  variant: Variant;
  properties: readonly SystemProperty[];
  /** With some, every edge is kept. */
  prospects: readonly SystemProspective[];
  statesMax: number;
}): Promise<RowRun> {
  const { name, bounds, variant, prospects } = options;
  const exploration = { ...options, model: createSystem(bounds, variant) };
  const fairnessOf = ({ fairness }: Transition): Transition['fairness'] => fairness;
  const walk =
    prospects.length === 0 ? exploring(exploration) : examining({ ...exploration, fairnessOf });
  const interrupt = listenForInterrupt();
  const started = performance.now();
  let shown = started;
  let turn = walk.next();
  while (turn.done !== true) {
    await setImmediate();
    const now = performance.now();
    if (process.stderr.isTTY && now - shown > 1000) {
      const { states, edges, depth } = turn.value;
      process.stderr.write(`\r${name}: ${states} states, ${edges} edges, depth ${depth} `);
      shown = now;
    }
    turn = walk.next(!interrupt.isHeard());
  }
  if (shown !== started) process.stderr.write('\r\x1b[K');
  interrupt.stop();
  const seconds = (performance.now() - started) / 1000;
  return { report: turn.value, seconds, isInterrupted: interrupt.isHeard() };
}

function listenForInterrupt(): { isHeard(): boolean; stop(): void } {
  let isHeard = false;
  const hear = (): void => {
    isHeard = true;
  };
  process.once('SIGINT', hear);
  return { isHeard: () => isHeard, stop: () => process.off('SIGINT', hear) };
}
