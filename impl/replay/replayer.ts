// Runs a machine by a log: it gives each operation its logged answer, delivers each event at its
// logged position, and compares all that the log says with what the machine does.
// It never runs past what the log allows, and emits nothing: its outputs are for keeping.
// Spec: replay.md, "Replaying" and "Divergence".

import { assert } from '../base/assert.ts';
import type { Epoch, Sequence } from '../base/counters.ts';
import type { Machine } from '../machine/machine.ts';
import type { MachineEvent, MachineStop, Sources } from '../machine/sources.ts';
import {
  bodyToDetail,
  createDivergence,
  type Divergence,
  type DivergenceSide,
} from './divergence.ts';
import {
  bigintToPosition,
  bigintToSequence,
  type EntryBody,
  type EntryKind,
  isOperation,
  type LogEntry,
  type PowerOffOrigin,
} from './entry.ts';
import { createEntryQueue, type PushResult } from './entry-queue.ts';
import {
  createRecorder,
  type NumberedOutput,
  outputToBody,
  type Recorder,
  type RecorderOptions,
} from './recorder.ts';

export interface ReplayerOptions {
  readonly epoch: Epoch;
  /** The number of the first entry to be pushed; the first of an epoch is 1. */
  readonly seqNext?: Sequence;
}

export type ReplayStop =
  | { readonly kind: 'budget' }
  /** Every entry is consumed: it may not run before the next arrives. */
  | { readonly kind: 'starved' }
  | Extract<MachineStop, { kind: 'off' }>
  | Divergence;

export interface Replayed {
  readonly stop: ReplayStop;
  /** What the guest put out in this call: kept, not emitted. */
  readonly outputs: readonly NumberedOutput[];
  /** Every entry up to this one has been applied. */
  readonly consumed: Sequence;
}

export interface GoLiveRefusal {
  readonly kind: 'go-live-refused';
  readonly reason: 'entries-left' | 'diverged' | 'off';
  readonly message: string;
}

export interface Replayer {
  readonly machine: Machine;
  readonly seqNext: Sequence;
  readonly consumed: Sequence;
  /** Entries pushed and not consumed. */
  readonly queued: number;
  readonly divergence: Divergence | undefined;
  /** Takes the entry if it is the next in epoch, number and position. */
  push(entry: LogEntry): PushResult;
  /** Runs at most `stepsMax` steps, and never past what the entries allow. */
  run(stepsMax: number): Replayed;
  /** Turns the machine into a live one once every entry is consumed. spec: replay.live-after-last-entry */
  goLive(options: RecorderOptions): Recorder | GoLiveRefusal;
}

/**
 * Its machine is answered by the log alone.
 *
 * spec: replay.no-own-events, replay.no-output-emitted
 */
export function createReplayer(machine: Machine, options: ReplayerOptions): Replayer {
  const queue = createEntryQueue({
    epoch: options.epoch,
    seqNext: options.seqNext ?? bigintToSequence(1n),
    position: bigintToPosition(machine.position),
  });
  let consumed = bigintToSequence(queue.seqNext - 1n);
  let outputs: NumberedOutput[] = [];
  let divergence: Divergence | undefined;
  let isHandedOver = false;
  /** Performed in the step of an entry before it: its own entry has not arrived. */
  let offAhead: { readonly position: bigint; readonly origin: PowerOffOrigin } | undefined;

  function consume(entry: LogEntry): void {
    queue.shift();
    consumed = entry.seq;
  }

  /** The first disagreement counts; what the machine does on its way out is of no interest. */
  function diverge(entry: LogEntry, actual: DivergenceSide): void {
    divergence ??= createDivergence(entry, actual, machine.digest());
  }

  /**
   * The machine performs an operation: it must be the one the next entry names, at its position.
   *
   * spec: replay.check-kind-and-position
   */
  function meet<Kind extends EntryKind>(
    kind: Kind,
    position: bigint,
    detail: string,
  ): Extract<LogEntry, { kind: Kind }> | undefined {
    const entry = queue.head();
    assert(entry !== undefined, 'replayer: the machine ran without an entry that allows it');
    if (divergence === undefined && isKind(entry, kind) && entry.position === position) {
      return entry;
    }
    diverge(entry, { kind, position: bigintToPosition(position), detail });
    return undefined;
  }

  /** An operation whose content is known on this side too: all of it must agree. */
  function compare(position: bigint, body: EntryBody): LogEntry | undefined {
    const detail = bodyToDetail(body);
    const entry = meet(body.kind, position, detail);
    if (entry === undefined) return undefined;
    if (bodyToDetail(entry) !== detail) {
      diverge(entry, { kind: body.kind, position: bigintToPosition(position), detail });
      return undefined;
    }
    consume(entry);
    return entry;
  }

  const sources: Sources = {
    readTimeStamp(position) {
      const last = machine.timeStampLast;
      const entry = meet('time-stamp', position, `last value ${last}`);
      if (entry === undefined) return 'stop';
      if (entry.payload.value < last) {
        const detail = `expected at least ${last}`;
        diverge(entry, { kind: 'refused', position: entry.position, detail });
        return 'stop';
      }
      consume(entry);
      return entry.payload.value;
    },
    output(output) {
      const entry = compare(output.position, outputToBody(output));
      if (entry === undefined) return 'stop';
      outputs.push({ ...output, seq: entry.seq });
      return 'go-on';
    },
    goOff(position, origin) {
      if (queue.size === 0 && divergence === undefined) {
        offAhead = { position, origin };
        return 'go-on';
      }
      const entry = compare(position, { kind: 'power-off', payload: { origin } });
      return entry === undefined ? 'stop' : 'go-on';
    },
  };

  /**
   * Lets an event happen, or compares a digest. Returns what this machine did instead.
   *
   * spec: replay.event-at-exact-position, replay.digest-compared
   */
  function apply(entry: LogEntry): DivergenceSide | undefined {
    const { position } = entry;
    if (entry.kind === 'digest') {
      const digest = machine.digest();
      const detail = bodyToDetail({ kind: 'digest', payload: { digest } });
      const isSame = detail === bodyToDetail(entry);
      return isSame ? undefined : { kind: 'digest', position, detail };
    }
    const event = entryToEvent(entry);
    if (event === undefined) {
      return { kind: 'refused', position, detail: 'this machine has no such device' };
    }
    const refusal = machine.deliver(event);
    return refusal && { kind: 'refused', position, detail: refusal.message };
  }

  /**
   * Runs towards the entry, at most `stepsMax` steps.
   *
   * spec: replay.never-beyond-the-log
   */
  function approach(entry: LogEntry, stepsMax: number): void {
    const gap = entry.position - machine.position;
    const steps = gap < BigInt(stepsMax) ? Number(gap) : stepsMax;
    const stop = machine.run(steps, sources);
    if (queue.head() !== entry || divergence !== undefined) return;
    const position = bigintToPosition(machine.position);
    if (stop.kind === 'idle' && position < entry.position) {
      diverge(entry, { kind: 'halted', position, detail: '' });
    }
    if (stop.kind === 'off') diverge(entry, { kind: 'off', position, detail: stop.origin });
  }

  /** One entry applied, or some steps towards it. */
  function advance(entry: LogEntry, stepsMax: number): void {
    const position = bigintToPosition(machine.position);
    if (offAhead !== undefined) {
      compare(offAhead.position, { kind: 'power-off', payload: offAhead });
      offAhead = undefined;
    } else if (machine.off !== undefined) {
      diverge(entry, { kind: 'off', position, detail: machine.off });
    } else if (entry.position > machine.position) {
      approach(entry, stepsMax);
    } else if (isOperation(entry)) {
      diverge(entry, { kind: 'nothing', position, detail: '' });
    } else {
      const instead = apply(entry);
      if (instead === undefined) consume(entry);
      else diverge(entry, instead);
    }
  }

  /** spec: replay.nothing-after-divergence */
  function runToStop(stepsMax: number): ReplayStop {
    const start = machine.position;
    for (;;) {
      if (divergence !== undefined) return divergence;
      const entry = queue.head();
      if (entry === undefined) {
        return machine.off === undefined
          ? { kind: 'starved' }
          : { kind: 'off', origin: machine.off };
      }
      const left = stepsMax - Number(machine.position - start);
      if (left === 0 && entry.position > machine.position) return { kind: 'budget' };
      advance(entry, left);
    }
  }

  return {
    machine,
    get seqNext() {
      return queue.seqNext;
    },
    get consumed() {
      return consumed;
    },
    get queued() {
      return queue.size;
    },
    get divergence() {
      return divergence;
    },
    push(entry) {
      return queue.push(entry);
    },
    run(stepsMax) {
      assert(!isHandedOver, 'replayer: the machine went live and is no longer replayed');
      outputs = [];
      const stop = runToStop(stepsMax);
      return { stop, outputs, consumed };
    },
    goLive(live) {
      if (divergence !== undefined) return refuseGoLive('diverged', 'the replay diverged');
      if (queue.size > 0) return refuseGoLive('entries-left', `${queue.size} entries to replay`);
      if (machine.off !== undefined) return refuseGoLive('off', 'the machine is off');
      isHandedOver = true;
      return createRecorder(machine, live);
    },
  };
}

function entryToEvent(entry: LogEntry): MachineEvent | undefined {
  switch (entry.kind) {
    case 'input':
      return { kind: 'input', channel: entry.payload.channel, bytes: entry.payload.bytes };
    case 'timer':
      return { kind: 'timer', ...entry.payload };
    case 'power-off':
      return { kind: 'power-off' };
    default:
      return undefined;
  }
}

function isKind<Kind extends EntryKind>(
  entry: LogEntry,
  kind: Kind,
): entry is Extract<LogEntry, { kind: Kind }> {
  return entry.kind === kind;
}

function refuseGoLive(reason: GoLiveRefusal['reason'], message: string): GoLiveRefusal {
  return { kind: 'go-live-refused', reason, message: `replayer: cannot go live: ${message}` };
}
