// Cases as vectors: every request to the byte and what must come of it, so that a test in any language can play them
// without the suite, the model or Node. They are recorded from an implementation that passes the case.
// Spec: conformance.md, "Vectors".

import type { Adapter } from './adapter.ts';
import type { Case, Expectation } from './case.ts';
import { playCase } from './play.ts';
import { fileProblem } from './schema.ts';
import { RunnerBugError } from './verdict.ts';
import type { ResetParams } from './wire.ts';

export interface VectorRequest {
  readonly method: 'reset' | 'step' | 'advance';
  readonly params: unknown;
  /** What the recorded implementation answered: one of the answers that are right. */
  readonly result: unknown;
}
export interface VectorStep {
  /** Given in this order; empty where a step needs nothing but to be looked at. */
  readonly requests: readonly VectorRequest[];
  /** The node that `expect` is about; the only one where there is one. */
  readonly node?: string;
  /** What must hold once they are answered. */
  readonly expect?: Expectation;
}
export interface Vector {
  readonly format: 'lockstep-vector/1';
  readonly id: string;
  readonly clauses: readonly string[];
  readonly kind: 'node' | 'system';
  readonly seed: string;
  readonly reset: VectorRequest;
  readonly steps: readonly VectorStep[];
}

/** Undefined where the implementation does not pass the case: then it cannot say what is right. */
export async function recordVector(
  adapter: Adapter,
  played: Case,
  seed: bigint,
): Promise<Vector | undefined> {
  const { id, clauses, kind } = played;
  // A machine case says all that is right itself.
  if (kind === 'machine') return undefined;
  const recorder = recording(adapter);
  const { verdict } = await playCase(recorder.adapter, played, seed, true);
  const [start, ...steps] = recorder.steps;
  const reset = start?.[0];
  if (verdict !== 'pass' || reset === undefined) return undefined;
  const vector: Vector = {
    format: 'lockstep-vector/1',
    id,
    clauses,
    kind,
    seed: String(seed),
    reset,
    steps: played.steps.map(({ expect, node }, index) => {
      const requests = steps[index] ?? [];
      const about = node === undefined ? {} : { node };
      return expect === undefined ? { requests } : { requests, ...about, expect };
    }),
  };
  const problem = fileProblem('vector', vector);
  if (problem !== undefined) throw new RunnerBugError(`vector ${id} breaks its schema: ${problem}`);
  return vector;
}

/** By step of the case, the reset first. */
function recording(real: Adapter): { adapter: Adapter; steps: readonly VectorRequest[][] } {
  const steps: VectorRequest[][] = [[]];
  const keep = <T>(method: VectorRequest['method'], params: unknown, result: T): T => {
    steps.at(-1)?.push({ method, params, result });
    return result;
  };
  const adapter: Adapter = {
    ...real,
    async reset(params: ResetParams) {
      return keep('reset', params, await real.reset(params));
    },
    async step(at, node, input) {
      return keep('step', { at, node, input }, await real.step(at, node, input));
    },
    async advance(to) {
      return keep('advance', { to }, await real.advance(to));
    },
    begin: () => void steps.push([]),
    // Who plays it again need neither leap nor take batches.
    mayLeap: () => false,
    mayBatch: () => false,
  };
  return { adapter, steps };
}
