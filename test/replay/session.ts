// Recorded sessions of the key-value guest, driven by a script of quanta, waits and inputs.

import fc from 'fast-check';
import type { Epoch } from '../../impl/base/counters.ts';
import type { Machine } from '../../impl/machine/index.ts';
import {
  bigintToEpoch,
  createRecorder,
  createReplayer,
  type Divergence,
  type LogEntry,
  type NumberedOutput,
  type Recorded,
  type Recorder,
  type Replayer,
} from '../../impl/replay/index.ts';
import { createKvMachine, textToBytes } from '../machine/kv-guest.ts';

export const firstEpoch: Epoch = bigintToEpoch(1n);

/** One turn: the host's clock advances, something may arrive, the guest runs. */
export interface Turn {
  readonly clock: bigint;
  readonly input?: string | undefined;
  readonly digest: boolean;
  readonly steps: number;
}

const commands = ['set a 1\n', 'set b two words\n', 'get a\n', 'del a\n', 'list\n', 'count\n'];

export const arbitraryTurn: fc.Arbitrary<Turn> = fc.record({
  clock: fc.bigInt({ min: 0n, max: 12_000_000n }),
  input: fc.option(fc.constantFrom(...commands, 'time\n', 'x', ' \n'), { nil: undefined }),
  digest: fc.boolean(),
  steps: fc.nat(3000),
});

export const arbitraryScript: fc.Arbitrary<Turn[]> = fc.array(arbitraryTurn, {
  minLength: 5,
  maxLength: 25,
});

/** Every kind of nondeterminism, while the guest is busy: for tests that need each of them. */
export const busyScript: readonly Turn[] = [
  { clock: 0n, steps: 800, digest: false },
  { clock: 0n, steps: 500, digest: false, input: 'set a 1\nlist\n' },
  { clock: 10_000_000n, steps: 400, digest: true, input: 'count\n' },
  { clock: 10_000_000n, steps: 300, digest: false },
  { clock: 10_000_000n, steps: 5000, digest: false, input: 'get a\n' },
  { clock: 500n, steps: 2000, digest: true },
];

export interface Session {
  readonly machine: Machine;
  readonly recorder: Recorder;
  readonly entries: LogEntry[];
  readonly outputs: NumberedOutput[];
}

export interface HostClock {
  (): bigint;
  advance(units: bigint): void;
}

/** A clock that moves when it is told to, and a little at each reading. */
export function createHostClock(start = 0n): HostClock {
  let now = start;
  const read = (): bigint => {
    now += 7n;
    return now;
  };
  return Object.assign(read, {
    advance(units: bigint) {
      now += units;
    },
  });
}

/** Runs a script; the log ends with a digest. */
export function recordSession(
  script: readonly Turn[],
  machine: Machine = createKvMachine(),
): Session {
  const clock = createHostClock();
  const recorder = createRecorder(machine, { epoch: firstEpoch, hostClock: clock });
  const session: Session = { machine, recorder, entries: [], outputs: [] };
  for (const turn of script) recordTurn(session, clock, turn);
  take(session, recorder.digest());
  return session;
}

export function recordTurn(session: Session, clock: HostClock, turn: Turn): void {
  clock.advance(turn.clock);
  if (turn.input !== undefined) {
    const event = { kind: 'input', channel: 0, bytes: textToBytes(turn.input) } as const;
    const recorded = session.recorder.inject(event);
    if (recorded.kind !== 'recorded') throw new Error(recorded.message);
    take(session, recorded);
  }
  take(session, session.recorder.run(turn.steps));
  if (turn.digest) take(session, session.recorder.digest());
}

export function take(session: Session, recorded: Recorded): void {
  session.entries.push(...recorded.entries);
  session.outputs.push(...recorded.outputs);
}

export interface Replay {
  readonly machine: Machine;
  readonly replayer: Replayer;
  readonly outputs: NumberedOutput[];
  readonly divergence: Divergence | undefined;
}

/** Replays entries, each pushed before the machine runs as far as it can. */
export function replayEntries(entries: readonly LogEntry[], machine: Machine): Replay {
  const seqNext = entries[0]?.seq;
  const epoch = entries[0]?.epoch ?? firstEpoch;
  const replayer = createReplayer(machine, seqNext === undefined ? { epoch } : { epoch, seqNext });
  const outputs: NumberedOutput[] = [];
  for (const entry of entries) {
    const pushed = replayer.push(entry);
    if (pushed.kind !== 'accepted') throw new Error(`entry ${entry.seq}: ${pushed.kind}`);
    outputs.push(...replayer.run(1_000_000).outputs);
  }
  return { machine, replayer, outputs, divergence: replayer.divergence };
}
