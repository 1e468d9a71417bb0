// Runs a machine live in this process: the host's clock, a stream in, a stream out.
// One machine, unprotected: outputs leave at once. The pair is the business of host and protocol.
// Spec: replay.md, "Recording"; machine.md, "Nondeterminism".

import type { Readable, Writable } from 'node:stream';
import type { Machine, MachineStop, OffOrigin } from '../machine/index.ts';
import {
  bigintToEpoch,
  createRecorder,
  type LogEntry,
  type Recorded,
  type Recorder,
} from '../replay/index.ts';
import { createInbox, type Inbox } from './vm-inbox.ts';

export interface LiveOptions {
  readonly machine: Machine;
  readonly input: Readable;
  readonly output: Writable;
  /** Steps after which it ends, if it should. */
  readonly stepsMax?: number;
  /** Steps between two digest entries, if there are to be any. */
  readonly digestEvery?: number;
  readonly onEntries: (entries: readonly LogEntry[]) => void;
  /** Called with a function that asks for power-off; returns how to withdraw it. */
  readonly onOffRequest: (request: () => void) => () => void;
}

export type LiveEnd =
  | { readonly kind: 'off'; readonly origin: OffOrigin }
  /** The input ended and the guest had nothing left to do. */
  | { readonly kind: 'input-ended' }
  | { readonly kind: 'steps' };

export async function runLive(options: LiveOptions): Promise<LiveEnd> {
  const inbox = createInbox(options.input);
  const withdraw = options.onOffRequest(inbox.requestOff);
  const recorder = createRecorder(options.machine, {
    epoch: bigintToEpoch(1n),
    hostClock: () => process.hrtime.bigint(),
  });
  try {
    const end = await runUntilEnd(options, recorder, inbox);
    if (options.digestEvery !== undefined && end.kind !== 'off') hand(options, recorder.digest());
    return end;
  } finally {
    withdraw();
    inbox.close();
  }
}

async function runUntilEnd(
  options: LiveOptions,
  recorder: Recorder,
  inbox: Inbox,
): Promise<LiveEnd> {
  const { machine, stepsMax = Number.POSITIVE_INFINITY } = options;
  let digestAt = machine.position;
  for (;;) {
    deliver(options, recorder, inbox);
    const left = stepsMax - Number(machine.position);
    const recorded = recorder.run(Math.min(quantumSteps, left));
    hand(options, recorded);
    const end = findEnd(recorded.stop, inbox, machine.position >= stepsMax);
    if (end !== undefined) return end;
    if (machine.position - digestAt >= BigInt(options.digestEvery ?? Number.MAX_SAFE_INTEGER)) {
      hand(options, recorder.digest());
      digestAt = machine.position;
    }
    await inbox.wait(recorded.stop.kind === 'idle' ? idleMilliseconds(recorder) : 0);
  }
}

/** Gives the machine what it has room for. */
function deliver(options: LiveOptions, recorder: Recorder, inbox: Inbox): void {
  const bytes = inbox.chunk?.subarray(0, chunkBytesMax);
  if (bytes !== undefined) {
    const result = recorder.inject({ kind: 'input', channel: 0, bytes });
    if (result.kind === 'recorded') {
      hand(options, result);
      inbox.taken(bytes.length);
    }
  }
  if (!inbox.isOffRequested || recorder.machine.off !== undefined) return;
  const result = recorder.inject({ kind: 'power-off' });
  if (result.kind === 'recorded') hand(options, result);
}

function findEnd(stop: MachineStop, inbox: Inbox, isSpent: boolean): LiveEnd | undefined {
  if (stop.kind === 'off') return stop;
  if (stop.kind === 'idle' && inbox.hasEnded) return { kind: 'input-ended' };
  return isSpent ? { kind: 'steps' } : undefined;
}

function hand(options: LiveOptions, recorded: Recorded): void {
  options.onEntries(recorded.entries);
  for (const { bytes } of recorded.outputs) options.output.write(bytes);
}

/** Until the timer is due, but never so long that a clock that jumps goes unnoticed. */
function idleMilliseconds(recorder: Recorder): number {
  const wait = recorder.timerWait();
  if (wait === undefined) return idleMillisecondsMax;
  return Math.min(Number((wait + 999_999n) / 1_000_000n), idleMillisecondsMax);
}

const quantumSteps = 100_000;
const chunkBytesMax = 4096;
const idleMillisecondsMax = 1000;
