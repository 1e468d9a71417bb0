// Plays one case against an adapter, whatever its kind, and says the verdict.
// An adapter that breaks the adapter protocol ends in `error`; it never ends the run.
// Spec: conformance.md, "Verdicts".

import { type Adapter, AdapterFault, type FaultCode } from './adapter.ts';
import type { Case } from './case.ts';
import { playMachineCase } from './machine/play-machine.ts';
import type { Verdict } from './verdict.ts';
import { type Failure, playNodeCase } from './world/play-node.ts';
import { playSystemCase } from './world/play-system.ts';
import type { TraceLine } from './world/session.ts';

export interface Result {
  readonly case: Case;
  readonly verdict: Verdict;
  readonly seed: bigint;
  readonly steps: number;
  /** Of a shard: where the case stands in the whole plan, from 0. */
  readonly place?: number;
  readonly failure?: Failure;
  /** What went in and out, step by step. */
  readonly story?: readonly TraceLine[];
  /** Why the verdict is not `pass` or `fail`. */
  readonly text?: string;
  /** How the adapter broke, of an `error`. */
  readonly fault?: FaultCode;
}

export async function playCase(
  adapter: Adapter,
  played: Case,
  seed: bigint,
  canObserve: boolean,
): Promise<Result> {
  const play = players[played.kind];
  try {
    const { failure, steps, story } = await play(adapter, played, seed, canObserve);
    if (failure === undefined) return { case: played, verdict: 'pass', seed, steps, story };
    return { case: played, verdict: 'fail', seed, steps, story, failure };
  } catch (error) {
    if (!(error instanceof AdapterFault)) throw error;
    const text = `${error.code}: ${error.message}`;
    return { case: played, verdict: 'error', seed, steps: 0, text, fault: error.code };
  }
}

const players = { node: playNodeCase, system: playSystemCase, machine: playMachineCase };
