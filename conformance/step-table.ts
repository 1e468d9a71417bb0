// Steps that many cases share go to the process of a job once: after that by their number.
// Spec: conformance.md, "Running".

import type { Case, Step } from './case.ts';
import { RunnerBugError } from './verdict.ts';

export interface PackedCase {
  readonly played: Omit<Case, 'steps'>;
  /** By number: the place in the table, in the order in which they came. */
  readonly steps: readonly number[];
  /** Steps that came with no case before; they are appended to the table. */
  readonly fresh: readonly Step[];
}

export function createPacker(): (played: Case) => PackedCase {
  const numbers = new Map<Step, number>();
  return ({ steps, ...played }) => {
    const fresh: Step[] = [];
    const numberOf = (step: Step): number => {
      const known = numbers.get(step);
      if (known !== undefined) return known;
      fresh.push(step);
      numbers.set(step, numbers.size);
      return numbers.size - 1;
    };
    return { played, steps: steps.map(numberOf), fresh };
  };
}

export function createUnpacker(): (packed: PackedCase) => Case {
  const table: Step[] = [];
  const stepAt = (number: number): Step => {
    const step = table[number];
    if (step === undefined) throw new RunnerBugError(`no step ${number} came with a case`);
    return step;
  };
  return ({ played, steps, fresh }) => {
    table.push(...fresh);
    return { ...played, steps: steps.map(stepAt) };
  };
}
