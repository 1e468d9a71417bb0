// A machine behind the adapter protocol: booted, recorded and replayed as the runner says, with the
// host's clock that the runner gives. Not a node, and nothing of a pair.
// Spec: conformance.md, "The machine".

import { bytesToHex } from '../base/hex.ts';
import {
  createMachine,
  type Machine,
  machineToSnapshot,
  snapshotToMachine,
} from '../machine/index.ts';
import {
  bigintToEpoch,
  bigintToSequence,
  bytesToLogHeader,
  createLogReader,
  createRecorder,
  createReplayer,
  type Divergence,
  type DivergenceSide,
  entryToBytes,
  type LogEntry,
  type LogReader,
  type NumberedOutput,
  type Recorded,
  type Recorder,
  type Replayer,
} from '../replay/index.ts';
import type { Json } from './adapter-encode.ts';
import {
  bytesOf,
  expected,
  type Fields,
  RequestError,
  textOf,
  unsignedOf,
} from './adapter-fields.ts';

/** Steps of one request: a runner that asks for more would wait too long. */
export const runStepsMax = 10_000_000;

export interface MachineDesk {
  /** The result of one action; throws a RequestError where it makes no sense now. */
  handle(params: Fields): Json;
}

type Engine =
  | { readonly kind: 'machine'; readonly machine: Machine }
  | { readonly kind: 'recorder'; readonly recorder: Recorder; readonly machine: Machine }
  | {
      readonly kind: 'replayer';
      readonly replayer: Replayer;
      readonly reader: LogReader;
      readonly machine: Machine;
    };

export function createMachineDesk(): MachineDesk {
  let engine: Engine | undefined;
  /** The host's clock, as the runner set it. */
  let clock = 0n;

  function machineOf(params: Fields): Machine {
    if (engine !== undefined) return engine.machine;
    throw expected(params.path, 'boot or restore before it', 'no machine');
  }

  function only<Kind extends Engine['kind']>(
    params: Fields,
    kind: Kind,
  ): Extract<Engine, { kind: Kind }> {
    if (engine !== undefined && isKind(engine, kind)) return engine;
    throw expected(params.path, `a ${kind}`, engine?.kind ?? 'no machine');
  }

  function begin(machine: Machine): Json {
    engine = { kind: 'machine', machine };
    return { position: `${machine.position}` };
  }

  function takeClock(params: Fields): void {
    clock = unsignedOf(params, 'clock');
  }

  function record(machine: Machine, params: Fields): Recorder {
    takeClock(params);
    return createRecorder(machine, { ...numbersOf(params), hostClock: () => clock });
  }

  const actions: { readonly [type: string]: (params: Fields) => Json } = {
    boot(params) {
      engine = undefined;
      const ramBytes = Number(unsignedOf(params, 'memory'));
      const machine = createMachine({ image: bytesOf(params, 'image'), ramBytes });
      if (machine.kind === 'machine') return begin(machine);
      return refuse(machine.kind === 'image-error' ? machine.reason : 'memory');
    },
    restore(params) {
      engine = undefined;
      const machine = snapshotToMachine(bytesOf(params, 'snapshot'));
      return machine.kind === 'machine' ? begin(machine) : refuse(machine.reason);
    },
    snapshot(params) {
      return { snapshot: base64(machineToSnapshot(machineOf(params))) };
    },
    observe(params) {
      const machine = machineOf(params);
      const { position, off } = machine;
      return { position: `${position}`, digest: base64(machine.digest()), off: off ?? null };
    },
    record(params) {
      const { machine } = only(params, 'machine');
      engine = { kind: 'recorder', machine, recorder: record(machine, params) };
      return {};
    },
    replay(params) {
      const { machine } = only(params, 'machine');
      const replayer = createReplayer(machine, numbersOf(params));
      engine = { kind: 'replayer', machine, replayer, reader: createLogReader() };
      return {};
    },
    run(params) {
      const steps = stepsOf(params);
      if (engine?.kind === 'replayer') return replay(engine.replayer, steps);
      const { recorder, machine } = only(params, 'recorder');
      takeClock(params);
      const recorded = recorder.run(steps);
      return { position: `${machine.position}`, stop: recorded.stop.kind, ...toJson(recorded) };
    },
    input(params) {
      const channel = channelOf(params);
      return inject(params, { kind: 'input', channel, bytes: bytesOf(params, 'data') });
    },
    'power-off': (params) => inject(params, { kind: 'power-off' }),
    digest: (params) => toJson(only(params, 'recorder').recorder.digest()),
    check(params) {
      const { machine } = only(params, 'machine');
      const header = bytesToLogHeader(bytesOf(params, 'header'));
      if (header.kind === 'incomplete') return refuse('truncated');
      if (header.kind === 'codec-error') return refuse(header.reason);
      const isSame = bytesToHex(header.digest) === bytesToHex(machine.digest());
      return isSame && header.position === machine.position ? {} : refuse('other-start');
    },
    push(params) {
      const { replayer, reader } = only(params, 'replayer');
      return push(replayer, reader, bytesOf(params, 'frames'));
    },
    live(params) {
      const { replayer, machine } = only(params, 'replayer');
      takeClock(params);
      const live = replayer.goLive({ ...numbersOf(params), hostClock: () => clock });
      if ('kind' in live) return refuse(live.reason);
      engine = { kind: 'recorder', machine, recorder: live };
      return {};
    },
  };

  function inject(params: Fields, event: Parameters<Recorder['inject']>[0]): Json {
    const recorded = only(params, 'recorder').recorder.inject(event);
    return recorded.kind === 'recorded' ? toJson(recorded) : refuse(recorded.reason);
  }

  return {
    handle(params) {
      const type = textOf(params, 'type');
      const known = Object.keys(actions);
      const act = known.includes(type) ? actions[type] : undefined;
      if (act !== undefined) return act(params);
      throw new RequestError('unsupported', `type: expected ${known.join(' or ')}, got ${type}`);
    },
  };
}

function push(replayer: Replayer, reader: LogReader, bytes: Uint8Array): Json {
  const { entries, error } = reader.push(bytes);
  const { taken, dropped, refused } = pushAll(replayer, entries);
  const counts = { taken: `${taken}`, dropped: `${dropped}`, torn: `${reader.tornBytes}` };
  if (refused !== undefined) return { ...counts, refused: { code: refused } };
  if (error === undefined) return counts;
  return { ...counts, damage: { code: error.reason, offset: `${error.offset}` } };
}

function pushAll(replayer: Replayer, entries: readonly LogEntry[]) {
  let taken = 0;
  let dropped = 0;
  for (const entry of entries) {
    const { kind } = replayer.push(entry);
    if (kind === 'accepted') taken += 1;
    else if (kind === 'duplicate') dropped += 1;
    else return { taken, dropped, refused: kind };
  }
  return { taken, dropped, refused: undefined };
}

function replay(replayer: Replayer, steps: number): Json {
  const { stop, outputs, consumed } = replayer.run(steps);
  const { machine } = replayer;
  const done = {
    position: `${machine.position}`,
    consumed: `${consumed}`,
    outputs: outputs.map(outputToJson),
  };
  if (stop.kind !== 'divergence') return { ...done, stop: stop.kind };
  return { ...done, stop: 'diverged', divergence: divergenceToJson(stop) };
}

function divergenceToJson({ seq, position, expected: wanted, actual, digests }: Divergence): Json {
  const own = { actual: base64(digests.actual) };
  const both =
    digests.expected === undefined ? own : { ...own, expected: base64(digests.expected) };
  return {
    seq: `${seq}`,
    position: `${position}`,
    expected: sideToJson(wanted),
    actual: sideToJson(actual),
    digests: both,
  };
}

function sideToJson({ kind, position, detail }: DivergenceSide): Json {
  return { kind, position: `${position}`, detail };
}

function toJson({ entries, outputs }: Recorded): { readonly [field: string]: Json } {
  const log = base64(Buffer.concat(entries.map(entryToBytes)));
  return { log, outputs: outputs.map(outputToJson) };
}

function outputToJson({ seq, channel, offset, bytes }: NumberedOutput): Json {
  return { seq: `${seq}`, channel, offset: `${offset}`, data: base64(bytes) };
}

function numbersOf(params: Fields) {
  return {
    epoch: bigintToEpoch(unsignedOf(params, 'epoch')),
    seqNext: bigintToSequence(unsignedOf(params, 'next')),
  };
}

function stepsOf(params: Fields): number {
  const steps = unsignedOf(params, 'steps');
  if (steps <= BigInt(runStepsMax)) return Number(steps);
  throw expected(`${params.path}.steps`, `at most ${runStepsMax}`, `${steps}`);
}

function channelOf(params: Fields): number {
  const { channel } = params.values;
  if (typeof channel === 'number' && Number.isInteger(channel) && channel >= 0) return channel;
  throw expected(`${params.path}.channel`, 'a number from 0 up', channel);
}

function isKind<Kind extends Engine['kind']>(
  engine: Engine,
  kind: Kind,
): engine is Extract<Engine, { kind: Kind }> {
  return engine.kind === kind;
}

function refuse(code: string): Json {
  return { refused: { code } };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
