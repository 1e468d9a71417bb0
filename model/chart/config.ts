// A chart as the configuration that XState's `createMachine` and Stately read: JSON, with guards and actions by name.
// Without the implementations of the names it draws and simulates; with them it is the chart. Spec: protocol.
//
// The context is that of one node at its beginning: a function of the input is not data.

import type { AnyStateMachine } from 'xstate';
import type { ChartInput } from '../vocabulary.ts';
import { exportInput, initialContext } from './beginning.ts';

export function chartToConfig(machine: AnyStateMachine, input: ChartInput = exportInput): string {
  const config = { ...machine.config, context: initialContext(machine, input) };
  return `${JSON.stringify(config, asData, 2)}\n`;
}

/** JSON would leave a function out without a word, and the chart read back would be another. */
function asData(key: string, value: unknown): unknown {
  if (typeof value !== 'function') return value;
  throw new Error(`the chart holds a function at '${key}': name it in setup()`);
}
