// The world of a node case: the implementation on one node, beside it a peer written from the spec, and
// another where one backup is to replace the other.
// It turns the small numbers of a case into inputs, and remembers what the node chose.
// Spec: conformance.md, "Node cases".

import type { Case, CaseMessage, GuestLoaded, NodeGiven } from '../case.ts';
import type { Channel, Effect, EntryKind, Input, Parameters, ReplayEntry } from '../wire.ts';
import { createGuest, type Guest, type GuestOutput, type Program, restoreGuest } from './guest.ts';
import { createHearing } from './hearing.ts';
import { type Image, imageOf } from './image.ts';
import {
  completionData,
  fromBytes,
  outputEntryData,
  seededBytes,
  toBytes,
  toMessage,
  toPosition,
  toRecord,
} from './symbols.ts';

/** What a stimulus comes to: an input, or why the world cannot give it. */
export type Concrete = { readonly input: Input; taken(): void } | { readonly impossible: string };

export interface NodeWorld {
  readonly peer: string;
  concretise(given: NodeGiven): Concrete;
  observe(effect: Effect): void;
  /** The n-th connection of the case is the one that the node opened with this number. */
  bindConnection(symbol: number, actual: string): void;
  connectionSymbol(actual: string): number;
  outputs(): readonly GuestOutput[];
  /** Connections that stand now, as the case names them: only these can be closed. */
  openConnections(): ReadonlySet<number>;
  /** A keep-alive of whoever stands at the other end, as authentic as its last message. */
  keepAlive(by: 'channel' | 'datagram', end: End): Input | undefined;
}

/** The other end of a pair. */
export interface End {
  readonly connection: string;
  readonly peer: string;
  readonly epoch: number;
}

const inputBytes = 6;
const otherNonce = '18446744073709551615';

export function createNodeWorld(played: Case, seed: bigint, parameters: Parameters): NodeWorld {
  const self = played.nodes[0]?.incarnation ?? 'p#1';
  const peer = self === 'b#1' ? 'p#1' : 'b#1';
  const program: Program = new Map();
  const outputs: GuestOutput[] = [];
  const source = createSource(seed, program);
  const bound = new Map<number, string>();
  const standing = new Set<string>();
  let guest = createGuest(seed, program);
  let image: Image | undefined;
  let isLoading = false;
  let queue: ReplayEntry[] = [];
  let nonce: string | undefined;
  let fence = '0';
  let lastEpoch = 0;
  const hearing = createHearing(parameters.reconnect === true);

  const actual = (symbol: number): string => bound.get(symbol) ?? String(symbol);

  function message(given: CaseMessage, from = peer): ReturnType<typeof toMessage> {
    const isGreeting = given.kind === 'hello' || given.kind === 'welcome';
    if (isGreeting && given.epoch !== undefined) lastEpoch = given.epoch;
    const { configuration } = parameters;
    const mapped =
      given.kind === 'hello' && given.connection !== undefined
        ? { ...given, connection: Number(actual(given.connection)) }
        : given;
    return toMessage(mapped, { configuration, from, epoch: lastEpoch, ...source });
  }

  function applied(seq: number): Concrete {
    const [entry] = queue;
    if (entry === undefined || entry.seq !== String(seq)) {
      const asked = entry === undefined ? 'nothing' : `entry ${entry.seq}`;
      return { impossible: `guest.apply of entry ${seq} is asked for; asked: ${asked}` };
    }
    const made = guest.apply(entry);
    if (made === undefined) {
      return { impossible: `entry ${seq} as it was sent; the guest contradicts what was applied` };
    }
    queue = queue.slice(1);
    const input: Input = { type: 'guest.applied', seq: entry.seq };
    if (made.output === undefined) return give(input);
    outputs.push(made.output);
    const { channel, data } = made.output;
    return give({ ...input, output: { channel, data: toBytes(data) } });
  }

  function diverged(seq: number): Concrete {
    const entry = queue.find((one) => one.seq === String(seq));
    if (entry === undefined) return { impossible: `guest.apply of entry ${seq} is asked for` };
    queue = [];
    return give({ type: 'guest.diverged', seq: entry.seq, position: entry.position });
  }

  /** What a running guest does is tried on a copy of it, and counts once the node has taken it. */
  function acting(act: (copy: Guest) => Input): Concrete {
    const trial = restoreGuest(guest.copy(), program) ?? guest;
    const input = act(trial);
    const output = trial.outputs()[0];
    return {
      input,
      taken() {
        guest = trial;
        if (output !== undefined) outputs.push(output);
      },
    };
  }

  /** The image saved in the case; where none was, that of the scripted owner's machine. */
  function loaded({ position = 0, open = [], operations = 0 }: GuestLoaded): Concrete {
    const made = (): Image => {
      const copy = source.copy({ kind: 'copy', position, open, operations });
      const data = open.map(({ operation }) => {
        return { operation: String(operation), data: source.operationData(operation) };
      });
      return { ...copy, position: String(positionOf(position)), open: data };
    };
    const input: Input = { type: 'guest.loaded', ...(image ?? made()) };
    return {
      input,
      taken() {
        if (isLoading) guest = restoreGuest(fromBytes(input.state), program) ?? guest;
        isLoading = false;
      },
    };
  }

  function concretise(given: NodeGiven): Concrete {
    switch (given.type) {
      case 'manager.start':
      case 'manager.protect':
      case 'manager.replace-backup':
      case 'manager.power-off':
      case 'manager.suspend':
      case 'manager.resume':
      case 'manager.turn-off':
      case 'manager.restart-secondary':
      case 'manager.test-failover':
      case 'guest.saved':
        return give(given);
      case 'guest.loaded':
        return loaded(given);
      case 'guest.input':
        return acting((copy) => {
          const at = given.position === undefined ? copy.next() : positionOf(given.position);
          const data = inputData(seed, given.kind, at, given.data ?? 0);
          copy.takeInput(given.kind, data, at);
          const { kind } = given;
          return { type: 'guest.input', position: String(at), kind, data: toBytes(data) };
        });
      case 'guest.output':
        return acting((copy) => {
          const at = given.position === undefined ? copy.next() : positionOf(given.position);
          const { channel } = given;
          const { data } = copy.makeOutput(channel, at);
          return { type: 'guest.output', position: String(at), channel, data: toBytes(data) };
        });
      case 'guest.copied': {
        const position = String(guest.position());
        return give({ type: 'guest.copied', position, state: toBytes(guest.copy()) });
      }
      case 'guest.applied':
        return applied(given.seq);
      case 'guest.diverged':
        return diverged(given.seq);
      case 'channel.opened':
        standing.add(actual(given.connection));
        hearing.opened(actual(given.connection), given.peer);
        return give({ ...given, connection: actual(given.connection) });
      case 'channel.closed':
        standing.delete(actual(given.connection));
        hearing.closed(actual(given.connection));
        return give({ type: 'channel.closed', connection: actual(given.connection) });
      case 'channel.arrived': {
        const connection = actual(given.connection);
        const end = hearing.on(connection)?.peer;
        const arriving = message(given.message, end);
        if (given.message.kind === 'welcome') hearing.welcomed(connection, lastEpoch);
        hearing.arrived(connection, given.message);
        return give({ type: 'channel.arrived', connection, message: arriving });
      }
      case 'datagram.arrived':
        return give({ type: 'datagram.arrived', message: message(given.message) });
      case 'arbiter.answered': {
        const used = given.nonce === 'other' ? otherNonce : nonce;
        if (used === undefined) return { impossible: 'a request to the arbiter is outstanding' };
        return give({ type: 'arbiter.answered', nonce: used, record: toRecord(given.record) });
      }
      case 'arbiter.failed': {
        const used = given.nonce === 'other' ? otherNonce : nonce;
        if (used === undefined) return { impossible: 'a request to the arbiter is outstanding' };
        return give({ type: 'arbiter.failed', nonce: used });
      }
      case 'disk.answered': {
        const operation = given.operation === 'fence' ? fence : String(given.operation);
        return give({ type: 'disk.answered', operation, result: given.result });
      }
    }
  }

  function observe(effect: Effect): void {
    if (effect.type === 'channel.close') {
      standing.delete(effect.connection);
      hearing.closed(effect.connection);
    } else if (effect.type === 'channel.send' && effect.message.kind === 'welcome') {
      hearing.welcomed(effect.connection, Number(effect.message.epoch));
    } else if (effect.type === 'arbiter.request') nonce = effect.nonce;
    else if (effect.type === 'guest.apply') queue = [...queue, effect.entry];
    else if (effect.type === 'disk.request' && 'fence' in effect.action) fence = effect.operation;
    else if (effect.type === 'guest.restore') {
      guest = restoreGuest(fromBytes(effect.state), program) ?? guest;
      queue = [];
    } else if (effect.type === 'guest.save') image = imageOf(guest, effect);
    else if (effect.type === 'guest.load') isLoading = true;
    else if (effect.type === 'guest.halt') {
      queue = [];
      // Its state is dropped: the next power-on begins with a new guest.
      guest = createGuest(seed, program);
    }
  }

  function keepAlive(
    by: 'channel' | 'datagram',
    { connection, peer: from, epoch }: End,
  ): Input | undefined {
    const known = hearing.on(connection) ?? hearing.away(from);
    if (known === undefined || known.peer !== from) return undefined;
    if (by === 'datagram') {
      return { type: 'datagram.arrived', message: message({ kind: 'beat', epoch, seq: 1 }, from) };
    }
    if (hearing.on(connection) === undefined) return undefined;
    const { seq, watermark, applied } = known;
    const alive = message({ kind: 'alive', epoch, seq, watermark, applied }, from);
    return { type: 'channel.arrived', connection, message: alive };
  }

  function symbolOf(connection: string): number {
    for (const [symbol, known] of bound) if (known === connection) return symbol;
    return Number(connection);
  }

  return {
    peer,
    concretise,
    observe,
    bindConnection: (symbol, connection) => bound.set(symbol, connection),
    connectionSymbol: symbolOf,
    openConnections: () => new Set([...standing].map(symbolOf)),
    outputs: () => outputs,
    keepAlive,
  };
}

function give(input: Input): Concrete {
  return { input, taken: () => undefined };
}

function positionOf(events: number): bigint {
  return BigInt(toPosition(events));
}

function inputData(seed: bigint, kind: string, at: bigint, operation: number): Uint8Array {
  if (kind === 'completion') return completionData(BigInt(operation));
  return seededBytes(seed, `${kind} ${at}`, inputBytes);
}

/** The machine of a scripted owner: what a copy and the log's entries hold. */
interface Source {
  copy(message: CaseMessage): {
    state: string;
    offsets: { [channel in Channel]: string };
  };
  operationData(operation: number): string;
  entryData(message: CaseMessage): string;
}

function createSource(seed: bigint, program: Program): Source {
  const guest = createGuest(seed, program);
  const entries = new Map<string, string>();
  let lastSeq = 0;

  function entryData(message: CaseMessage): string {
    const { seq = 0, position = 0, entry = 'input', channel, data = 0, offset = 0 } = message;
    const key = `${seq} ${position} ${entry}`;
    const known = entries.get(key);
    if (known !== undefined) return known;
    const at = positionOf(position);
    const isNext = seq === lastSeq + 1 && isEntryKind(entry);
    if (isNext) lastSeq = seq;
    const made = isNext ? perform(entry, channel ?? 'console', at, data) : new Uint8Array(0);
    if (entry === 'output' && isNext) raiseOffset(made, offset);
    entries.set(key, toBytes(made));
    return toBytes(made);
  }

  function perform(kind: EntryKind, channel: Channel, at: bigint, data: number): Uint8Array {
    if (kind === 'power-off' || kind === 'yield') return new Uint8Array(0);
    if (kind === 'output') return outputEntryData(guest.makeOutput(channel, at));
    const bytes = inputData(seed, kind, at, data);
    guest.takeInput(kind, bytes, at);
    return bytes;
  }

  return {
    /** The history before the copy: some bytes on each channel, and the disk outputs it names. */
    copy({ position = 0, open = [], operations = 0 }) {
      const at = positionOf(position);
      const disks = Math.max(operations, ...open.map((one) => one.operation));
      if (guest.outputs().length === 0) {
        guest.makeOutput('network', at);
        guest.makeOutput('console', at);
        for (let count = 0; count < disks; count += 1) guest.makeOutput('disk', at);
      }
      const offsets = {
        network: String(guest.offset('network')),
        console: String(guest.offset('console')),
        disk: String(guest.operations()),
      };
      return { state: toBytes(guest.copy()), offsets };
    },
    operationData(operation) {
      const found = guest.outputs().find((one) => one.operation === BigInt(operation));
      return toBytes(found?.data ?? seededBytes(seed, `operation ${operation}`, inputBytes));
    },
    entryData,
  };
}

/** In the data of an output's entry the offset follows the channel, which is two bytes. */
function raiseOffset(data: Uint8Array, count: number): void {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  view.setBigUint64(2, view.getBigUint64(2, true) + BigInt(count), true);
}

const entryKinds: readonly EntryKind[] = [
  'input',
  'time-stamp',
  'timer',
  'completion',
  'output',
  'power-off',
  'yield',
];

function isEntryKind(kind: string): kind is EntryKind {
  return entryKinds.some((one) => one === kind);
}
