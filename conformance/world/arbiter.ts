// The arbiter that the runner plays: one record a virtual machine, changed by compare-and-swap.
// It checks nothing but the version: what a node may ask is judged by the monitors.
// Spec: protocol.md, "Record" and "Arbitration".

import type { Action, Record } from '../wire.ts';

export interface Arbiter {
  record(): Record | null;
  /** Carries out a request and returns the record as it then stands. */
  carryOut(action: Action): Record | null;
  /** Another party changes the record. */
  put(record: Record): void;
}

export function createArbiter(initial: Record | null = null): Arbiter {
  let held = initial;
  const version = (): string => held?.version ?? '0';
  return {
    record: () => held,
    carryOut(action) {
      if ('swap' in action && action.swap.version === version()) held = action.swap.record;
      return held;
    },
    put(record) {
      held = record;
    },
  };
}
