// The guest that the runner plays for every node: a hash chain.
// Its state is a digest of every input in order with its position; its outputs are functions of
// that state, so an input lost, doubled, moved or altered shows in the bytes the world sees.
// Spec: conformance.md, "The played guest".

import { createHash } from 'node:crypto';
import type { Channel, InputKind, ReplayEntry } from '../wire.ts';

export interface GuestOutput {
  readonly channel: Channel;
  readonly position: bigint;
  /** Bytes made on this channel before it, from power-on. */
  readonly offset: bigint;
  readonly data: Uint8Array;
  /** The n-th disk output since power-on; absent on the other channels. */
  readonly operation?: bigint;
}

export interface Guest {
  position(): bigint;
  digest(): string;
  /** What this guest has made since power-on, or since the copy that it was restored from. */
  outputs(): readonly GuestOutput[];
  offset(channel: Channel): bigint;
  operations(): bigint;
  /** The position at which the running guest does its next thing. */
  next(): bigint;
  /** What its program does at a position from this state on, where that is settled. */
  planned(at: bigint): Channel | undefined;
  takeInput(kind: InputKind, data: Uint8Array, at: bigint): void;
  makeOutput(channel: Channel, at: bigint): GuestOutput;
  /** An entry of the log: the replaying guest. Undefined where it contradicts this guest. */
  apply(entry: ReplayEntry): { readonly output?: GuestOutput } | undefined;
  copy(): Uint8Array;
}

/** Which channel the guest's program uses at which position: both sides run one program. A map of positions is one; where
 *  two machines may run from one state at once, the state tells them apart. */
export interface Program {
  get(at: bigint, digest: string): Channel | undefined;
  set(at: bigint, channel: Channel, digest: string): unknown;
}

/** A program that does the same wherever its guest is in the same state: what it did there first. */
export function createProgram(): Program {
  const channels = new Map<string, Channel>();
  return {
    get: (at, digest) => channels.get(`${at} ${digest}`),
    set(at, channel, digest) {
      const key = `${at} ${digest}`;
      if (!channels.has(key)) channels.set(key, channel);
    },
  };
}

/** Steps between two things that the running guest does. */
export const positionSteps = 10n;
const outputBytes = 8;

interface State {
  position: bigint;
  digest: Buffer;
  readonly offsets: { [channel in Channel]: bigint };
  operations: bigint;
}

export function createGuest(seed: bigint, program: Program): Guest {
  const digest = createHash('sha256').update(`guest ${seed}`).digest();
  const offsets = { network: 0n, console: 0n, disk: 0n };
  return guestOf({ position: 0n, digest, offsets, operations: 0n }, program);
}

/** The guest that a copy holds, or undefined where no guest of ours gave these bytes. */
export function restoreGuest(copy: Uint8Array, program: Program): Guest | undefined {
  const text = Buffer.from(copy).toString('utf8');
  const parts = /^guest (\d+) ([0-9a-f]{64}) (\d+) (\d+) (\d+) (\d+)$/.exec(text);
  if (parts === null) return undefined;
  const [, position = '', digest = '', network = '', console = '', disk = '', operations = ''] =
    parts;
  const offsets = { network: BigInt(network), console: BigInt(console), disk: BigInt(disk) };
  const state = {
    position: BigInt(position),
    digest: Buffer.from(digest, 'hex'),
    offsets,
    operations: BigInt(operations),
  };
  return guestOf(state, program);
}

function guestOf(state: State, program: Program): Guest {
  const made: GuestOutput[] = [];

  function absorb(position: bigint, kind: InputKind, data: Uint8Array): void {
    state.position = position;
    const head = `${position} ${kind} ${data.length} `;
    state.digest = createHash('sha256').update(state.digest).update(head).update(data).digest();
  }

  function produce(position: bigint, channel: Channel): GuestOutput {
    state.position = position;
    const data = outputOf(state.digest, position, channel);
    const base = { channel, position, offset: state.offsets[channel], data };
    state.offsets[channel] += BigInt(data.length);
    if (channel === 'disk') state.operations += 1n;
    const output = channel === 'disk' ? { ...base, operation: state.operations } : base;
    made.push(output);
    return output;
  }

  const digest = (): string => state.digest.toString('hex');
  const planned = (at: bigint): Channel | undefined => program.get(at, digest());

  return {
    position: () => state.position,
    digest,
    planned,
    outputs: () => made,
    offset: (channel) => state.offsets[channel],
    operations: () => state.operations,
    next: () => state.position + positionSteps,
    takeInput: (kind, data, at) => absorb(at, kind, data),
    makeOutput(channel, at) {
      program.set(at, channel, digest());
      return produce(at, channel);
    },
    apply(entry) {
      const position = BigInt(entry.position);
      if (position < state.position) return undefined;
      if (entry.kind === 'yield') return {};
      if (entry.kind !== 'output') {
        absorb(position, entry.kind, Buffer.from(entry.data, 'base64'));
        return {};
      }
      const channel = planned(position);
      return channel === undefined ? undefined : { output: produce(position, channel) };
    },
    copy: () => Buffer.from(stateText(state), 'utf8'),
  };
}

function outputOf(digest: Buffer, position: bigint, channel: Channel): Uint8Array {
  const hash = createHash('sha256').update(digest).update(`${position} ${channel}`).digest();
  return new Uint8Array(hash.subarray(0, outputBytes));
}

function stateText({ position, digest, offsets, operations }: State): string {
  const counts = `${offsets.network} ${offsets.console} ${offsets.disk} ${operations}`;
  return `guest ${position} ${digest.toString('hex')} ${counts}`;
}
