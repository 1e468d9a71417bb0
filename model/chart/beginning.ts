// The data with which a chart begins, for the exports whose reader cannot give it any. Spec: protocol.

import { type AnyStateMachine, initialTransition } from 'xstate';
import { throttleStepsMax } from '../logging/outputs.ts';
import type { ChartInput } from '../vocabulary.ts';

/** The node and the bounds that an export is written for; a reader changes the values to his. */
export const exportInput: ChartInput = {
  self: 'p#1',
  entriesMax: 4,
  network: 'at-least-once',
  throttleMax: throttleStepsMax,
  reconnect: false,
};

export function initialContext(
  machine: AnyStateMachine,
  input: ChartInput,
): Readonly<Record<string, unknown>> {
  const [snapshot] = initialTransition(machine, input);
  return snapshot.context;
}
