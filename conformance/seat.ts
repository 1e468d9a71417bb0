// Where cases are played: an adapter process, started anew when it breaks, and the baseline's word on what came of it.
// Spec: conformance.md, "Running" and "Verdicts".

import {
  type Adapter,
  type AdapterCommand,
  AdapterFault,
  type AdapterTimeouts,
  startAdapter,
} from './adapter.ts';
import { type Baseline, judgeByBaseline, judgeFlaky } from './baseline.ts';
import { type Case, isApplicable } from './case.ts';
import { playCase, type Result } from './play.ts';
import type { Quarantine } from './quarantine.ts';
import { caseSeed } from './seed.ts';
import { suiteName, suiteVersion } from './suite.ts';
import { UnavailableError } from './verdict.ts';
import type { Hello } from './wire.ts';

export interface SeatOptions {
  readonly command: AdapterCommand;
  readonly timeouts: AdapterTimeouts;
  readonly seed: bigint;
  readonly baseline?: Baseline;
  readonly quarantine?: Quarantine;
}

export interface Seat {
  readonly hello: Hello;
  /** One case at a time. */
  play(played: Case): Promise<Result>;
  close(): Promise<void>;
  /** Ends it at once: the run has failed. */
  drop(): void;
}

/** A seat in this process. */
export async function openSeat(options: SeatOptions): Promise<Seat> {
  const desk = await openDesk(options);
  return {
    hello: desk.hello,
    play: (played) => playJudged(desk, played, options),
    async close() {
      await desk.adapter?.close();
    },
    drop: () => void desk.adapter?.close(),
  };
}

/** A place where cases are played: an adapter process, replaced when it breaks. */
interface Desk {
  adapter: Adapter | undefined;
  hello: Hello;
}

/** Starts an adapter and shakes hands. */
export async function openDesk(options: Pick<SeatOptions, 'command' | 'timeouts'>): Promise<Desk> {
  const adapter = startAdapter(options.command, options.timeouts);
  try {
    const hello = await adapter.hello({ name: suiteName, version: suiteVersion }, suiteVersion);
    if (hello.protocol !== 'lockstep/1') {
      throw new AdapterFault('handshake', `it speaks ${hello.protocol}; this suite lockstep/1`);
    }
    return { adapter, hello };
  } catch (error) {
    await adapter.close();
    if (!(error instanceof AdapterFault)) throw error;
    throw new UnavailableError(withStderr(`handshake failed: ${error.message}`, adapter));
  }
}

/** The result, as the baseline judges it. */
async function playJudged(desk: Desk, played: Case, options: SeatOptions): Promise<Result> {
  const held = options.quarantine?.of(played);
  if (held !== undefined) return heldBack(played, seedOf(played, options), held.why);
  if (!isApplicable(played, desk.hello.capabilities)) {
    const seed = seedOf(played, options);
    return { case: played, verdict: 'not-applicable', seed, steps: 0 };
  }
  const result = await playAt(desk, played, options);
  const entries = options.baseline?.of(played) ?? [];
  if (entries[0]?.class === 'flaky') {
    return judgeFlaky(result, () => playAt(desk, played, options));
  }
  return judgeByBaseline(result, entries);
}

function heldBack(played: Case, seed: bigint, why: string): Result {
  return { case: played, verdict: 'quarantined', seed, steps: 0, text: why };
}

function seedOf(played: Case, { seed }: SeatOptions): bigint {
  return played.seed === undefined ? caseSeed(seed, played.id) : BigInt(played.seed);
}

async function playAt(desk: Desk, played: Case, options: SeatOptions): Promise<Result> {
  const seed = seedOf(played, options);
  const failed = (text: string): Result => {
    return { case: played, verdict: 'error', seed, steps: 0, text };
  };
  try {
    if (desk.adapter === undefined) Object.assign(desk, await openDesk(options));
  } catch (error) {
    if (error instanceof UnavailableError) return failed(error.message);
    throw error;
  }
  const { adapter } = desk;
  if (adapter === undefined) return failed('no adapter');
  const result = await playCase(adapter, played, seed, desk.hello.capabilities.observe);
  if (result.verdict !== 'error') return result;
  await adapter.close();
  desk.adapter = undefined;
  return { ...result, text: withStderr(result.text ?? '', adapter) };
}

function withStderr(text: string, adapter: Adapter): string {
  const tail = adapter.stderrTail();
  if (tail.length === 0) return text;
  return `${text}\n  standard error, last ${tail.length} lines:\n    ${tail.join('\n    ')}`;
}
