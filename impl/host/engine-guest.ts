// Binds a machine with its recorder or replayer to a node: carries out the node's guest effects,
// and turns what the machine does into the node's inputs, one at a time and in order.
// Not the node, nor a scheduler: the caller decides who runs when.
// Spec: protocol.md, "Node"; replay.md, "Recording" and "Replaying".

import { assert, unreachable } from '../base/assert.ts';
import { type Position, type Sequence, toCounter } from '../base/counters.ts';
import {
  type Machine,
  machineToSnapshot,
  snapshotToMachine,
  type TranslateAfter,
} from '../machine/index.ts';
import type { Effect, Input, ReplayEntry } from '../protocol/index.ts';
import {
  bigintToSequence,
  createRecorder,
  createReplayer,
  type Recorder,
  type Replayer,
} from '../replay/index.ts';
import { anyEpoch, isEntryOf, recordedToInputs, replayEntryToLogEntry } from './guest-entries.ts';
import { createImageStore, type ImageStore } from './image-store.ts';
import { type Act, copyToMachine, isAct, machineToCopy } from './machine-copy.ts';

/** What a node asks of its guest. */
export type GuestEffect = Extract<Effect, { type: `guest.${string}` }>;

/** What the guest could not be or do: the host that asked cannot go on with it. */
export interface GuestFailure {
  readonly kind: 'guest-failure';
  readonly message: string;
}

export interface EngineGuestOptions {
  /** Makes the machine as it is at power-on. */
  readonly boot: () => Machine;
  /** The host's clock in units of the time-stamp counter. */
  readonly hostClock: () => bigint;
  /** How machines from copies and images execute; `boot` chooses for its own. */
  readonly translateAfter?: TranslateAfter;
  /** Shared by the hosts that may resume what another suspended; its own where none is given. */
  readonly images?: ImageStore;
}

export interface EngineGuest {
  readonly condition: 'none' | 'running' | 'held' | 'replaying' | 'halted';
  /** Of a processor, in percent: who runs the guest keeps to it. */
  readonly share: number;
  /** Steps retired; 0 without a machine. */
  readonly position: bigint;
  /** Inputs that wait for `next`: position and digest are already those after all of them. */
  readonly untold: number;
  /** Time-stamp units until a timer is due; undefined where none runs. */
  timerWait(): bigint | undefined;
  /** SHA-256 of the machine's state; undefined without a machine. */
  digest(): Uint8Array | undefined;
  carry(effect: GuestEffect): GuestFailure | undefined;
  /** Bytes arrive on the serial line; false where the machine cannot take them now. */
  receive(bytes: Uint8Array): boolean;
  /** The node's next input; runs the machine for at most `stepsMax` steps to find one. */
  next(stepsMax: number): Input | undefined;
}

type Engine =
  | { readonly kind: 'none' | 'halted' }
  | { readonly kind: 'live'; readonly recorder: Recorder; readonly isHeld: boolean }
  /** `isDiverged`: it contradicted its log, and said so; it replays and runs no more. */
  | { readonly kind: 'replaying'; readonly replayer: Replayer; readonly isDiverged: boolean };

export function createEngineGuest(options: EngineGuestOptions): EngineGuest {
  const { hostClock, translateAfter, images = createImageStore() } = options;
  let engine: Engine = { kind: 'none' };
  let share = fullShare;
  let ready: Input[] = [];
  /** What a held guest may say: it is no act of the machine. */
  let answers: Input[] = [];
  /** What a copied machine had done and not told: its state is already that after all of it. */
  let ahead: readonly Act[] = [];

  function machineOf(): Machine | undefined {
    if (engine.kind === 'live') return engine.recorder.machine;
    return engine.kind === 'replaying' ? engine.replayer.machine : undefined;
  }

  function run(): GuestFailure | undefined {
    if (engine.kind === 'live') {
      engine = { ...engine, isHeld: false };
      return undefined;
    }
    if (engine.kind === 'replaying') {
      if (engine.isDiverged) return fail('the replay diverged: this guest cannot go live');
      const recorder = engine.replayer.goLive({ epoch: anyEpoch, hostClock });
      if ('kind' in recorder)
        return recorder.reason === 'off' ? switchOff() : fail(recorder.message);
      engine = { kind: 'live', recorder, isHeld: false };
      ready.push(...ahead);
      ahead = [];
      return undefined;
    }
    const recorder = createRecorder(options.boot(), { epoch: anyEpoch, hostClock });
    engine = { kind: 'live', recorder, isHeld: false };
    return undefined;
  }

  /** The log led to a machine that is off: there is nothing to run, and nothing failed. */
  function switchOff(): undefined {
    engine = { kind: 'halted' };
    return undefined;
  }

  /** What the machine did and its node was not told is part of it. */
  function save({ token, open, offsets }: GuestEffect & { type: 'guest.save' }): Input {
    const machine = machineOf();
    assert(machine !== undefined, 'engine guest: no machine to save');
    const image = { state: machineToSnapshot(machine), open, offsets, untold: ready };
    return { type: 'guest.saved', result: images.write(token, image) ? 'done' : 'error' };
  }

  function load({ token }: GuestEffect & { type: 'guest.load' }): GuestFailure | undefined {
    const image = images.read(token);
    if (image === undefined) return fail(`no image was saved under token ${token}`);
    const machine = snapshotToMachine(image.state, translateAfter);
    if (machine.kind !== 'machine') return fail(machine.message);
    const { state, open, offsets } = image;
    const position = toCounter<Position>(machine.position);
    const recorder = createRecorder(machine, { epoch: anyEpoch, hostClock });
    engine = { kind: 'live', recorder, isHeld: true };
    ready = [...image.untold];
    answers.push({ type: 'guest.loaded', position, state, open, offsets });
    return undefined;
  }

  /** What a running guest has not told is told before its copy; a held one takes it along. */
  function copy(): void {
    const machine = machineOf();
    assert(machine !== undefined, 'engine guest: no machine to copy');
    const isRunning = engine.kind === 'live' && !engine.isHeld;
    const untold = isRunning ? [] : [...ahead, ...ready.filter(isAct)];
    const position = toCounter<Position>(untold[0]?.position ?? machine.position);
    const state = machineToCopy(machine, untold);
    (isRunning ? ready : answers).push({ type: 'guest.copied', position, state });
  }

  function restore(state: Uint8Array): GuestFailure | undefined {
    const copied = copyToMachine(state, translateAfter);
    if (copied.kind !== 'copy') return fail(copied.message);
    ready = [];
    ahead = copied.untold;
    const seqNext = bigintToSequence(BigInt(ahead.length) + 1n);
    const replayer = createReplayer(copied.machine, { epoch: anyEpoch, seqNext });
    share = fullShare;
    engine = { kind: 'replaying', replayer, isDiverged: false };
    return undefined;
  }

  /** An entry that is no entry of this machine contradicts it. */
  function apply(entry: ReplayEntry): void {
    assert(engine.kind === 'replaying', 'engine guest: told to replay while it does not');
    if (entry.kind === 'yield') {
      // All before it is consumed, and it is no act of the machine.
      ready.push({ type: 'guest.applied', seq: entry.seq, output: null });
      return;
    }
    const [known, ...rest] = ahead;
    if (known !== undefined && isEntryOf(known, entry)) {
      ahead = rest;
      const { type, data } = known;
      const output = type === 'guest.output' ? { channel: known.channel, data } : null;
      ready.push({ type: 'guest.applied', seq: entry.seq, output });
      return;
    }
    const placed = known === undefined ? replayEntryToLogEntry(entry) : undefined;
    const isTaken = placed !== undefined && engine.replayer.push(placed).kind === 'accepted';
    if (isTaken) return;
    engine = { ...engine, isDiverged: true };
    const position = toCounter<Position>(engine.replayer.machine.position);
    ready.push({ type: 'guest.diverged', seq: entry.seq, position });
  }

  function replay(replayer: Replayer, stepsMax: number): void {
    const before = replayer.consumed;
    const { stop, outputs, consumed } = replayer.run(stepsMax);
    for (let seq = before + 1n; seq <= consumed; seq += 1n) {
      const output = outputs.find((one) => one.seq === seq);
      ready.push({
        type: 'guest.applied',
        seq: toCounter<Sequence>(seq),
        output: output === undefined ? null : { channel: 'console', data: output.bytes },
      });
    }
    if (stop.kind !== 'divergence') return;
    engine = { kind: 'replaying', replayer, isDiverged: true };
    const position = toCounter<Position>(stop.position);
    ready.push({ type: 'guest.diverged', seq: toCounter<Sequence>(stop.seq), position });
  }

  return {
    get condition() {
      if (engine.kind === 'live') return engine.isHeld ? 'held' : 'running';
      return engine.kind;
    },
    get share() {
      return share;
    },
    get position() {
      return machineOf()?.position ?? 0n;
    },
    get untold() {
      return ready.length + ahead.length;
    },
    timerWait() {
      return engine.kind === 'live' ? engine.recorder.timerWait() : undefined;
    },
    digest() {
      return machineOf()?.digest();
    },
    carry(effect) {
      switch (effect.type) {
        case 'guest.run':
          return run();
        case 'guest.hold':
          if (engine.kind === 'live') engine = { ...engine, isHeld: true };
          return undefined;
        case 'guest.throttle':
          share = effect.share;
          return undefined;
        case 'guest.copy':
          copy();
          return undefined;
        case 'guest.restore':
          return restore(effect.state);
        case 'guest.apply':
          apply(effect.entry);
          return undefined;
        case 'guest.save':
          answers.push(save(effect));
          return undefined;
        case 'guest.load':
          return load(effect);
        case 'guest.complete':
          return fail('this machine has no disk whose operation could complete');
        case 'guest.halt':
          engine = { kind: 'halted' };
          share = fullShare;
          ready = [];
          answers = [];
          ahead = [];
          return undefined;
        default:
          return unreachable(effect);
      }
    },
    receive(bytes) {
      if (engine.kind !== 'live' || engine.isHeld) return false;
      const recorded = engine.recorder.inject({ kind: 'input', channel: consoleChannel, bytes });
      if (recorded.kind === 'event-refused') return false;
      ready.push(...recordedToInputs(recorded));
      return true;
    },
    next(stepsMax) {
      const answer = answers.shift();
      if (answer !== undefined) return answer;
      if (engine.kind === 'live' && engine.isHeld) return undefined;
      if (ready.length === 0 && engine.kind === 'live') {
        ready.push(...recordedToInputs(engine.recorder.run(stepsMax)));
      }
      if (ready.length === 0 && engine.kind === 'replaying' && !engine.isDiverged) {
        replay(engine.replayer, stepsMax);
      }
      return ready.shift();
    },
  };
}

function fail(message: string): GuestFailure {
  return { kind: 'guest-failure', message };
}

const consoleChannel = 0;
const fullShare = 100;
