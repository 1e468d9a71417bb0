// A state of the product as its parts, for who looks at it: plain, or under a lens that notes what is read.

import type { Tape } from '../environment/adversary.ts';
import type { Arbiter, Traffic } from '../environment/arbiter.ts';
import type { Channels, HostIndex, Side } from '../environment/channel.ts';
import type { Datagrams } from '../environment/datagrams.ts';
import type { Disk } from '../environment/disk.ts';
import type { Guest } from '../environment/guest.ts';
import type { Bounds } from '../environment/manager.ts';
import type { Outside, World } from '../environment/world.ts';
import { Aspect } from '../explore/aspect.ts';
import type { Fairness } from '../explore/fairness.ts';
import type { Lens } from '../explore/recall.ts';
import type { HostView } from '../host.ts';
import type { ArbiterRecord, Incarnation, Message, NodeEffect, NodeInput } from '../vocabulary.ts';

export interface SystemView {
  /** Null: dead. */
  hosts: readonly (HostView | null)[];
  incarnations: readonly Incarnation[];
  guests: readonly Guest[];
  channels: Channels;
  /** The message that comes next to this end of a connection, by number; null: none. */
  headOf(slot: number, side: Side): number | null;
  /** What a number stands for in `channels`, `headOf` and `datagrams`. */
  message(id: number): Message;
  datagrams: Datagrams;
  arbiter: Arbiter;
  /** The answers of the arbiter to this host, with their places among all. */
  answersTo(host: HostIndex): readonly { index: number; record: ArbiterRecord | null }[];
  disk: Disk;
  world: World;
  /** What the adversary has recorded. */
  tape: Tape;
  /** What becomes of packets at a takeover; the same in every state. */
  network: Bounds['network'];
}

/** What one host did in a step. */
export interface Deed {
  host: HostIndex;
  self: Incarnation;
  input: NodeInput;
  effects: readonly NodeEffect[];
  /** The clauses that the transitions taken by its charts cite. */
  requirements: readonly string[];
  /** The transitions that its charts took, by name. */
  taken: readonly string[];
}
export interface Transition {
  label: string;
  /** What the hosts did in it; none when only the environment moved. */
  deeds: readonly Deed[];
  /** Null: it may happen, and need not ever. */
  fairness: Fairness | null;
  /** It only clears away what nobody waits for: whatever else may happen leads to the same with it and without. */
  isConfluent?: true;
  /** What came to a host that its sender did not put there. */
  tampering?: Tampering;
}
export interface Tampering {
  host: HostIndex;
  of: 'channel' | 'datagram' | 'answer' | 'fence';
  /** Of a message. */
  kind: Message['kind'] | null;
  /** The wire is authenticated. */
  isAuthenticated: boolean;
}

/** What a word of the state stands for. */
export interface Word {
  name: string;
  part:
    | 'host'
    | 'guest'
    | 'channels'
    | 'record'
    | 'datagrams'
    | 'arbiter'
    | 'disk'
    | 'outside'
    | 'images'
    | 'lives'
    | 'tape'
    | 'left';
  value(word: number): unknown;
}

/** The message that comes next to this end, of any channels. */
export const headIn = (channels: Channels, slot: number, side: Side): number | null =>
  channels[slot]?.toward[side][0] ?? null;

/** The answers to this host, of any traffic. */
export const answersIn = ({ answers }: Traffic, host: HostIndex): ReturnType<Answers> =>
  answers.flatMap((one, index) => (one.host === host ? [{ index, record: one.record }] : []));
type Answers = SystemView['answersTo'];

/** What numbers within the values of words stand for; the same in every state. */
export interface Names {
  /** Of the life of a host. */
  incarnation(host: HostIndex, life: number): Incarnation;
  message(id: number): Message;
  network: Bounds['network'];
}

export function plainView(
  words: readonly Word[],
  state: ArrayLike<number>,
  { incarnation, message, network }: Names,
): SystemView {
  const all = <T>(part: Word['part']): T[] =>
    words.flatMap((word, at) => (word.part === part ? [word.value(state[at] ?? 0) as T] : []));
  const [channels, datagrams] = [all<Channels>('channels')[0], all<Datagrams>('datagrams')[0]];
  const [traffic, disk] = [all<Traffic>('arbiter')[0], all<Disk>('disk')[0]];
  const [record = null] = all<ArbiterRecord | null>('record');
  const [outside] = all<Outside>('outside');
  const [images] = all<World['images']>('images');
  const [lives] = all<World['lives']>('lives');
  const [left] = all<World['left']>('left');
  const [tape = []] = all<Tape>('tape');
  if (!channels || !datagrams || !traffic || !disk || !outside || !images || !lives || !left) {
    throw new Error('a state lacks a part');
  }
  return {
    hosts: all<HostView | null>('host'),
    incarnations: lives.map((life, host) => incarnation(host, life)),
    guests: all<Guest>('guest'),
    channels,
    headOf: (slot, side) => headIn(channels, slot, side),
    message,
    datagrams,
    arbiter: { record, ...traffic },
    answersTo: (host) => answersIn(traffic, host),
    disk,
    world: { ...outside, images, lives, left },
    tape,
    network,
  };
}

/** What views read of the parts, by the names of both: the same before a step and after it, and of each host. */
export type Aspects = Map<string, Aspect>;

/** The same, read through the lens, aspect by aspect: each field is a read of its own. */
export function lensedView(options: {
  words: readonly Word[];
  lens: Lens;
  isAfter: boolean;
  like: SystemView;
  names: Names;
  aspects: Aspects;
}): SystemView {
  const { words, lens, isAfter, like, names, aspects } = options;
  /** A read of what `of` takes from the word's value; within a part its name is its own. */
  const reader = <T, R>(word: number, name: string, of: (value: T) => R): (() => R) => {
    const { part, value } = words[word] ?? {};
    if (part === undefined || value === undefined) throw new Error(`no word ${word}`);
    const key = `${part} ${name}`;
    const aspect = aspects.get(key) ?? new Aspect((number) => of(value(number) as T));
    aspects.set(key, aspect);
    const probe = lens.probe({ word, aspect, isAfter });
    return () => lens.see(probe) as R;
  };
  const fields = <T extends object>(word: number, example: T): T => {
    const object = {};
    for (const key of Object.keys(example)) {
      const get = reader(word, key, (value: T) => Reflect.get(value, key));
      Object.defineProperty(object, key, { get, enumerable: true });
    }
    return object as T;
  };
  const where = (part: Word['part']): number[] =>
    words.flatMap((word, at) => (word.part === part ? [at] : []));
  const only = (part: Word['part']): number => where(part)[0] ?? -1;
  const [at, lives] = [only('channels'), only('lives')];
  const heads = like.channels.map((_, slot) =>
    ([0, 1] as const).map((side) =>
      reader(at, `head ${slot} ${side}`, (channels: Channels) => headIn(channels, slot, side)),
    ),
  );
  const channels = like.channels.map((_, slot) => {
    const isThere = reader(at, `is ${slot}`, (all: Channels) => all[slot] != null);
    const connection = {};
    for (const key of ['number', 'standing', 'open', 'toward'] as const) {
      const get = reader(at, `${key} ${slot}`, (all: Channels) => all[slot]?.[key]);
      Object.defineProperty(connection, key, { get, enumerable: true });
    }
    return () => (isThere() ? connection : null);
  });
  const hosts = where('host').map((word, at) => {
    const isAlive = reader(word, 'alive', (view: HostView | null) => view !== null);
    const view = {};
    for (const chart of ['pairing', 'logging', 'heartbeat', 'failover'] as const) {
      const state = reader(word, chart, (host: HostView | null) => host?.[chart].state);
      const context = {};
      for (const key of Object.keys(like.hosts[at]?.[chart].context ?? {})) {
        const name = `${chart} ${key}`;
        const get = reader(word, name, (host: HostView | null) =>
          host === null ? undefined : Reflect.get(host[chart].context, key),
        );
        Object.defineProperty(context, key, { get, enumerable: true });
      }
      const part = Object.defineProperty({ context }, 'state', { get: state, enumerable: true });
      Object.defineProperty(view, chart, { value: part, enumerable: true });
    }
    return () => (isAlive() ? view : null);
  });
  const world = {
    left: fields(only('left'), like.world.left),
    get emitted() {
      return emitted();
    },
    get since() {
      return since();
    },
    get images() {
      return images();
    },
    get lives() {
      return whole();
    },
  };
  const { record: _, ...traffic } = like.arbiter;
  const arbiter = fields<Traffic>(only('arbiter'), traffic);
  const record = reader(only('record'), '', (value: ArbiterRecord | null) => value);
  Object.defineProperty(arbiter, 'record', { get: record, enumerable: true });
  const answers = like.hosts.map((_, host) =>
    reader(only('arbiter'), `to ${host}`, (all: Traffic) => answersIn(all, host)),
  );
  const emitted = reader(only('outside'), 'emitted', (value: Outside) => value.emitted);
  const since = reader(only('outside'), 'since', (value: Outside) => value.since);
  const images = reader(only('images'), '', (value: World['images']) => value);
  const whole = reader(lives, '', (value: World['lives']) => value);
  const datagrams = reader(only('datagrams'), '', (value: Datagrams) => value);
  const tape = where('tape').map((word) => reader(word, '', (value: Tape) => value))[0];
  return {
    hosts: listOf<HostView | null>(hosts),
    incarnations: listOf(
      like.incarnations.map((_, host) =>
        reader(lives, `incarnation ${host}`, (all: World['lives']) =>
          names.incarnation(host, all[host] ?? 0),
        ),
      ),
    ),
    guests: where('guest').map((word) => fields(word, like.guests[0] ?? ({} as Guest))),
    channels: listOf<Channels[number]>(channels),
    headOf: (slot, side) => heads[slot]?.[side]?.() ?? null,
    message: names.message,
    network: names.network,
    get datagrams() {
      return datagrams();
    },
    arbiter: arbiter as Arbiter,
    answersTo: (host) => answers[host]?.() ?? [],
    disk: fields(only('disk'), like.disk),
    world,
    get tape() {
      return tape?.() ?? [];
    },
  };
}

/** A list whose elements are read when they are looked at. */
function listOf<T>(getters: readonly (() => unknown)[]): T[] {
  const list: T[] = [];
  getters.forEach((get, index) => {
    Object.defineProperty(list, index, { get, enumerable: true, configurable: true });
  });
  return list;
}
