// Runs a machine live and writes down everything that a replayer needs.
// It keeps no log and sends nothing: entries and outputs are handed to the caller, who decides
// when an output may leave.
// Spec: replay.md, "Recording".

import type { Epoch, Sequence } from '../base/counters.ts';
import { sha256 } from '../base/sha256.ts';
import type { Machine } from '../machine/machine.ts';
import type {
  EventRefusal,
  MachineEvent,
  MachineStop,
  Output,
  Sources,
} from '../machine/sources.ts';
import { createGuestClock } from './clock.ts';
import {
  bigintToPosition,
  bigintToSequence,
  type EntryBody,
  type LogEntry,
  placeEntry,
} from './entry.ts';

export interface RecorderOptions {
  readonly epoch: Epoch;
  /** The number of the next entry; the first of an epoch is 1. */
  readonly seqNext?: Sequence;
  /** The host's clock in units of the time-stamp counter, from any origin. */
  readonly hostClock: () => bigint;
}

/** An output with the number of its entry, by which an acknowledgement releases it. */
export type NumberedOutput = Output & { readonly seq: Sequence };

/** What one call brought, in the order in which it happened. */
export interface Recorded {
  readonly kind: 'recorded';
  readonly entries: readonly LogEntry[];
  readonly outputs: readonly NumberedOutput[];
}

export interface Recorder {
  readonly machine: Machine;
  readonly epoch: Epoch;
  readonly seqNext: Sequence;
  /** Delivers the timer if it is due, then runs at most `stepsMax` steps. */
  run(stepsMax: number): Recorded & { readonly stop: MachineStop };
  /** Something arrived from outside: it happens at the present position, or is refused. */
  inject(event: Exclude<MachineEvent, { kind: 'timer' }>): Recorded | EventRefusal;
  /** Logs the digest of the state at the present position. */
  digest(): Recorded;
  /** Time-stamp units until the timer is due; zero where it is, undefined where none runs. */
  timerWait(): bigint | undefined;
  /** Entries from now on belong to `epoch` and begin at `seqNext`, 1 unless given. */
  beginEpoch(epoch: Epoch, seqNext?: Sequence): void;
}

/** spec: replay.record-every-operation-and-event */
export function createRecorder(machine: Machine, options: RecorderOptions): Recorder {
  const clock = createGuestClock(options.hostClock, machine.timeStampLast);
  let epoch = options.epoch;
  let seqNext = options.seqNext ?? firstSequence;
  let entries: LogEntry[] = [];
  let outputs: NumberedOutput[] = [];

  function log(position: bigint, body: EntryBody): Sequence {
    const seq = seqNext;
    entries.push(placeEntry(body, { epoch, seq, position: bigintToPosition(position) }));
    seqNext = bigintToSequence(seq + 1n);
    return seq;
  }

  function take(): Recorded {
    const taken: Recorded = { kind: 'recorded', entries, outputs };
    entries = [];
    outputs = [];
    return taken;
  }

  const sources: Sources = {
    readTimeStamp(position) {
      const value = clock.read();
      log(position, { kind: 'time-stamp', payload: { value } });
      return value;
    },
    output(output) {
      const seq = log(output.position, outputToBody(output));
      outputs.push({ ...output, seq });
      return 'go-on';
    },
    goOff(position, origin) {
      log(position, { kind: 'power-off', payload: { origin } });
      return 'go-on';
    },
  };

  function deliver(event: MachineEvent): EventRefusal | undefined {
    const position = machine.position;
    const refusal = machine.deliver(event);
    if (refusal === undefined) log(position, eventToBody(event));
    return refusal;
  }

  function deliverDueTimer(): void {
    const deadline = machine.timerDeadline;
    if (deadline === undefined || machine.off !== undefined) return;
    const timeStamp = clock.read();
    if (timeStamp >= deadline) deliver({ kind: 'timer', timer: 0, timeStamp });
  }

  return {
    machine,
    get epoch() {
      return epoch;
    },
    get seqNext() {
      return seqNext;
    },
    run(stepsMax) {
      deliverDueTimer();
      const stop = machine.run(stepsMax, sources);
      return { ...take(), stop };
    },
    inject(event) {
      return deliver(event) ?? take();
    },
    digest() {
      log(machine.position, { kind: 'digest', payload: { digest: machine.digest() } });
      return take();
    },
    timerWait() {
      if (machine.timerDeadline === undefined) return undefined;
      const wait = machine.timerDeadline - clock.read();
      return wait > 0n ? wait : 0n;
    },
    beginEpoch(next, seq) {
      epoch = next;
      seqNext = seq ?? firstSequence;
    },
  };
}

/** spec: replay.output-has-own-entry */
export function outputToBody(output: Output): EntryBody {
  const { channel, offset, bytes } = output;
  const check = sha256(bytes).slice(0, 8);
  return { kind: 'output', payload: { channel, offset, size: bytes.length, check } };
}

function eventToBody(event: MachineEvent): EntryBody {
  switch (event.kind) {
    case 'input':
      return { kind: 'input', payload: { channel: event.channel, bytes: event.bytes.slice() } };
    case 'timer':
      return { kind: 'timer', payload: { timer: event.timer, timeStamp: event.timeStamp } };
    case 'power-off':
      return { kind: 'power-off', payload: { origin: 'outside' } };
  }
}

const firstSequence: Sequence = bigintToSequence(1n);
