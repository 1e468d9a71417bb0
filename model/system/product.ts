// The parts of the product and how a state of nine numbers is read and changed. Which steps are possible: steps.ts.

import { type Component, createComponent } from '../component.ts';
import { type Arbiter, arbiterStep, noRecord } from '../environment/arbiter.ts';
import { type Channels, channelStep, type HostIndex, noChannels } from '../environment/channel.ts';
import { type Datagrams, datagramStep } from '../environment/datagrams.ts';
import { type Disk, diskStep, emptyDisk, type FenceChecked } from '../environment/disk.ts';
import { type Guest, guestStep, noGuest } from '../environment/guest.ts';
import { type Bounds, budgetOf } from '../environment/manager.ts';
import { type ImagesKept, type World, worldStep } from '../environment/world.ts';
import {
  type Charts,
  createHost,
  type Host,
  type HostView,
  charts as rightCharts,
} from '../host.ts';
import { createInterner } from '../intern.ts';
import type { Incarnation, Message, NodeEffect, NodeInput } from '../vocabulary.ts';
import { type Change, effectToChange } from './change.ts';

/** What a seeded bug may change: the charts, or a named switch of the environment. */
export interface Variant {
  charts: Charts;
  fenceChecked: FenceChecked;
  /** `lives`: an incarnation is new at each restart. `hosts`: the seeded bug, it is the host's name. */
  incarnations: 'lives' | 'hosts';
  imagesKept: ImagesKept;
  /** Whose death the manager takes for proof that a machine is lost. */
  declaredLost: 'of-all' | 'of-the-owner';
}
export const rightVariant: Variant = {
  charts: rightCharts,
  fenceChecked: 'when-applied',
  incarnations: 'lives',
  imagesKept: 'by-token',
  declaredLost: 'of-all',
};

export interface SystemView {
  /** Null: dead. */
  hosts: readonly [HostView | null, HostView | null];
  incarnations: readonly [Incarnation, Incarnation];
  guests: readonly [Guest, Guest];
  channels: Channels;
  datagrams: Datagrams;
  arbiter: Arbiter;
  disk: Disk;
  world: World;
}

/** What one host did in a step. */
export interface Deed {
  host: HostIndex;
  self: Incarnation;
  input: NodeInput;
  effects: readonly NodeEffect[];
}

export type Words = readonly number[];
export const wordNames = [
  'host p',
  'host b',
  'guest p',
  'guest b',
  'channels',
  'datagrams',
  'arbiter',
  'disk',
  'world',
] as const;
export const hostNames = ['p', 'b'] as const;

export interface Product {
  readonly bounds: Bounds;
  readonly variant: Variant;
  readonly initial: Words;
  view(state: Words): SystemView;
  message(id: number): Message;
  incarnation(host: HostIndex, life: number): Incarnation;
  /** A fresh node of this host's present life. */
  boot(state: number[], host: HostIndex): void;
  kill(state: number[], host: HostIndex): void;
  change(state: number[], change: Change): void;
  /** Whether any chart of the node has a use for the input. */
  isUsed(state: Words, host: HostIndex, input: NodeInput): boolean;
  /** Gives the node an input and carries out what it asks; null: no chart used the input. */
  give(state: number[], host: HostIndex, input: NodeInput): Deed | null;
}

const at = {
  host: [0, 1],
  guest: [2, 3],
  channels: 4,
  datagrams: 5,
  arbiter: 6,
  disk: 7,
  world: 8,
} as const;

export function createProduct(bounds: Bounds, variant: Variant): Product {
  const messages = createInterner<Message>();
  const parts = createParts(bounds);
  const agents = new Map<Incarnation, Host>();
  const changers = new Map<Incarnation, Map<NodeEffect, Changer | null>>();

  const incarnation = (host: HostIndex, life: number): Incarnation =>
    `${hostNames[host]}#${variant.incarnations === 'hosts' ? 1 : life}`;
  const pairs = new Map<World, readonly [Incarnation, Incarnation]>();
  const pairOf = (state: Words): readonly [Incarnation, Incarnation] => {
    const world = parts.world.value(word(state, at.world));
    const known = pairs.get(world);
    if (known !== undefined) return known;
    const pair = [incarnation(0, world.lives[0]), incarnation(1, world.lives[1])] as const;
    pairs.set(world, pair);
    return pair;
  };
  const selfOf = (state: Words, host: HostIndex): Incarnation => pairOf(state)[host];
  const agentOf = (self: Incarnation): Host => {
    const known = agents.get(self);
    if (known !== undefined) return known;
    const { entriesMax, network } = bounds;
    const agent = createHost({ self, entriesMax, network }, variant.charts);
    agents.set(self, agent);
    changers.set(self, new Map());
    return agent;
  };
  const viewOfHost = (state: Words, host: HostIndex): HostView | null => {
    const local = word(state, at.host[host]);
    return local === 0 ? null : agentOf(selfOf(state, host)).view(local - 1);
  };
  const changerOf = (host: HostIndex, self: Incarnation, effect: NodeEffect): Changer | null => {
    const known = changers.get(self)?.get(effect);
    if (known !== undefined) return known;
    const { fenceChecked } = variant;
    const { datagramsMax } = bounds;
    const actor = { host, self, fenceChecked, datagramsMax, messageId: messages.id };
    const change = effectToChange(effect, actor);
    const made = change === null ? null : changer(parts, change);
    changers.get(self)?.set(effect, made);
    return made;
  };
  const initial = wordNames.map(() => 0);
  for (const host of [0, 1] as const) {
    initial[at.host[host]] = agentOf(incarnation(host, 1)).initial + 1;
    initial[at.guest[host]] = parts.guest.initial;
  }
  initial[at.channels] = parts.channels.initial;
  initial[at.datagrams] = parts.datagrams.initial;
  initial[at.arbiter] = parts.arbiter.initial;
  initial[at.disk] = parts.disk.initial;
  initial[at.world] = parts.world.initial;
  return {
    bounds,
    variant,
    initial,
    incarnation,
    message: messages.value,
    view: (state) => ({
      hosts: [viewOfHost(state, 0), viewOfHost(state, 1)],
      incarnations: pairOf(state),
      guests: [
        parts.guest.value(word(state, at.guest[0])),
        parts.guest.value(word(state, at.guest[1])),
      ],
      channels: parts.channels.value(word(state, at.channels)),
      datagrams: parts.datagrams.value(word(state, at.datagrams)),
      arbiter: parts.arbiter.value(word(state, at.arbiter)),
      disk: parts.disk.value(word(state, at.disk)),
      world: parts.world.value(word(state, at.world)),
    }),
    boot(state, host) {
      state[at.host[host]] = agentOf(selfOf(state, host)).initial + 1;
    },
    kill(state, host) {
      state[at.host[host]] = 0;
    },
    change: (state, change) => changer(parts, change)(state),
    isUsed(state, host, input) {
      const local = word(state, at.host[host]);
      return local !== 0 && agentOf(selfOf(state, host)).step(local - 1, input).handled;
    },
    give(state, host, input) {
      const local = word(state, at.host[host]);
      if (local === 0) return null;
      const self = selfOf(state, host);
      const step = agentOf(self).step(local - 1, input);
      if (!step.handled) return null;
      state[at.host[host]] = step.next + 1;
      for (const effect of step.effects) changerOf(host, self, effect)?.(state);
      return { host, self, input, effects: step.effects };
    },
  };
}

type Changer = (state: number[]) => void;
type Parts = ReturnType<typeof createParts>;

function createParts(bounds: Bounds) {
  const world: World = {
    emitted: [],
    lives: [1, 1],
    left: budgetOf(bounds),
    images: [],
    since: 0,
  };
  return {
    guest: createComponent(noGuest, guestStep),
    channels: createComponent(noChannels, channelStep),
    datagrams: createComponent<Datagrams, Parameters<typeof datagramStep>[1]>([], datagramStep),
    arbiter: createComponent(noRecord, arbiterStep),
    disk: createComponent(emptyDisk, diskStep),
    world: createComponent(world, worldStep),
  };
}

function changer(parts: Parts, change: Change): Changer {
  switch (change.part) {
    case 'guest':
      return changing(at.guest[change.host], parts.guest, change.operation);
    case 'channels':
      return changing(at.channels, parts.channels, change.operation);
    case 'datagrams':
      return changing(at.datagrams, parts.datagrams, change.operation);
    case 'arbiter':
      return changing(at.arbiter, parts.arbiter, change.operation);
    case 'disk':
      return changing(at.disk, parts.disk, change.operation);
    case 'world':
      return changing(at.world, parts.world, change.operation);
  }
}

function changing<S, O>(index: number, part: Component<S, O>, operation: O & object): Changer {
  const id = part.operation(operation);
  return (state) => {
    state[index] = part.apply(word(state, index), id);
  };
}

function word(state: Words, index: number): number {
  const value = state[index];
  if (value === undefined) throw new Error(`a state has no word ${index}`);
  return value;
}
