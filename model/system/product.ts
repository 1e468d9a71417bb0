// The parts of the product and how a state of numbers is read and changed. Which steps are possible: steps.ts. A
// family of steps is run once for each distinct outcome of what it reads; the explorer then works on numbers alone.

import { type Component, createComponent } from '../component.ts';
import { type Bond, type Tape, tapeStep } from '../environment/adversary.ts';
import { arbiterStep, noTraffic, recordStep } from '../environment/arbiter.ts';
import {
  createChannelStep,
  createSlots,
  type HostIndex,
  hostsMax,
  noChannels,
  type Slots,
} from '../environment/channel.ts';
import { type Datagrams, datagramStep } from '../environment/datagrams.ts';
import { diskStep, emptyDisk, type FenceChecked } from '../environment/disk.ts';
import { type Guest, guestStep, noGuest, type SavedGuest } from '../environment/guest.ts';
import { type Bounds, budgetOf } from '../environment/manager.ts';
import {
  type ImagesKept,
  imagesStep,
  leftStep,
  livesStep,
  nothingOutside,
  outsideStep,
} from '../environment/world.ts';
import { Lens } from '../explore/recall.ts';
import {
  type Charts,
  createHost,
  type Host,
  type HostStep,
  type HostView,
  charts as rightCharts,
} from '../host.ts';
import { createInterner } from '../intern.ts';
import type { ArbiterRecord, Incarnation, Message, NodeEffect, NodeInput } from '../vocabulary.ts';
import { type Change, effectToChange, hostNames } from './change.ts';
import { Draft, type Steppable } from './draft.ts';
import {
  type Aspects,
  type Deed,
  lensedView,
  plainView,
  type SystemView,
  type Word,
} from './view.ts';

/** What a seeded bug may change: the charts, or a named switch of the environment. */
export interface Variant {
  charts: Charts;
  fenceChecked: FenceChecked;
  /** `lives`: an incarnation is new at each restart. `hosts`: the seeded bug, it is the host's name. */
  incarnations: 'lives' | 'hosts';
  imagesKept: ImagesKept;
  /** Whose death the manager takes for proof that a machine is lost. */
  declaredLost: 'of-all' | 'of-the-owner';
  /** To whom the disk's answers go: to the guest that asked, or to any at that host. */
  diskAnswered: 'who-asked' | 'any-at-host';
  /** What tags do not bind a message to. */
  unbound: readonly Bond[];
}
export const rightVariant: Variant = {
  charts: rightCharts,
  fenceChecked: 'when-applied',
  incarnations: 'lives',
  imagesKept: 'by-token',
  declaredLost: 'of-all',
  diskAnswered: 'who-asked',
  unbound: [],
};

export interface Product {
  readonly bounds: Bounds;
  readonly variant: Variant;
  readonly hosts: readonly HostIndex[];
  readonly slots: Slots;
  readonly words: readonly Word[];
  readonly initial: readonly number[];
  readonly lens: Lens;
  /** The state under the lens, before the step and after it. */
  readonly before: SystemView;
  readonly after: SystemView;
  view(state: ArrayLike<number>): SystemView;
  apply(word: number, value: number, sequence: number): number;
  message(id: number): Message;
  incarnation(host: HostIndex, life: number): Incarnation;
  draft(): Draft;
  guestOf(draft: Draft, host: HostIndex): Guest;
  imagesOf(draft: Draft): readonly SavedGuest[];
  /** A fresh node of this host's present life. */
  boot(draft: Draft, host: HostIndex): void;
  kill(draft: Draft, host: HostIndex): void;
  change(draft: Draft, change: Change): void;
  /** Whether any chart of the node has a use for the input. */
  isUsed(host: HostIndex, input: NodeInput): boolean;
  /** Gives the node an input and carries out what it asks; null: no chart used the input. */
  give(draft: Draft, host: HostIndex, input: NodeInput): Deed | null;
}

/**
 * As many as one host can open to another, so that no end's close is forgotten; a pair that reconnects takes two in turn,
 * since its backup closes the older one itself.
 */
export function slotsOfPair({ joins, commands, operations, reconnect }: Bounds): number {
  const replacements = operations.includes('replace-backup') ? commands : 0;
  return Math.max(1, joins + replacements, reconnect ? 2 : 1);
}

export function createProduct(bounds: Bounds, variant: Variant): Product {
  if (bounds.hosts < 2 || bounds.hosts > hostsMax) {
    throw new Error(`the model has 2 to ${hostsMax} hosts, the bounds ask for ${bounds.hosts}`);
  }
  const hosts = hostNames.slice(0, bounds.hosts).map((_, host) => host);
  const slots = createSlots(bounds.hosts, slotsOfPair(bounds));
  const messages = createInterner<Message>();
  const nodes = createNodes(bounds, variant);
  const layout = createLayout({ bounds, hosts, slots, nodes });
  const lens = new Lens(layout.words.length);
  const steppable: Steppable[] = layout.components.map((component, word) => ({
    component,
    probe: lens.probe({ word, aspect: null, isAfter: false }),
  }));
  const incarnation = (host: HostIndex, life: number): Incarnation =>
    `${hostNames[host]}#${variant.incarnations === 'hosts' ? 1 : life}`;
  const atHost = (host: HostIndex): number => layout.at('host', host);
  const lifeOf = (draft: Draft, host: HostIndex): number =>
    layout.lives.value(draft.read(layout.at('lives')))[host] ?? 0;
  const change = (draft: Draft, { part, operation, ...rest }: Change): void =>
    draft.operate(layout.at(part, 'host' in rest ? rest.host : 0), operation);
  const changes = new WeakMap<NodeEffect, Map<Incarnation, Change | null>>();
  const changeOf = (host: HostIndex, self: Incarnation, effect: NodeEffect): Change | null => {
    const known = changes.get(effect) ?? new Map<Incarnation, Change | null>();
    changes.set(effect, known);
    const old = known.get(self);
    if (old !== undefined) return old;
    const { fenceChecked } = variant;
    const { datagramsMax } = bounds;
    const actor = { host, self, slots, fenceChecked, datagramsMax, messageId: messages.id };
    const made = effectToChange(effect, actor);
    known.set(self, made);
    return made;
  };
  const initial = layout.words.map((_, word) => layout.components[word]?.initial ?? 0);
  for (const host of hosts) initial[atHost(host)] = nodes.boot(incarnation(host, 1));
  const names = { incarnation, message: messages.value, network: bounds.network };
  const view = (state: ArrayLike<number>) => plainView(layout.words, state, names);
  const aspects: Aspects = new Map();
  const lensed = { words: layout.words, lens, like: view(initial), names, aspects };
  return {
    bounds,
    variant,
    hosts,
    slots,
    words: layout.words,
    initial,
    lens,
    before: lensedView({ ...lensed, isAfter: false }),
    after: lensedView({ ...lensed, isAfter: true }),
    view,
    incarnation,
    message: messages.value,
    apply: (word, value, sequence) => layout.components[word]?.apply(value, sequence) ?? value,
    draft: () => new Draft(lens, steppable),
    imagesOf: (draft) => layout.images.value(draft.read(layout.at('images'))),
    guestOf: (draft, host) => layout.guest.value(draft.read(layout.at('guest', host))),
    boot: (draft, host) =>
      draft.write(atHost(host), nodes.boot(incarnation(host, lifeOf(draft, host)))),
    kill: (draft, host) => draft.write(atHost(host), dead),
    change,
    isUsed(host, input) {
      const node = lens.note(steppable[atHost(host)]?.probe ?? 0);
      return node !== dead && nodes.step(node, input).handled;
    },
    give(draft, host, input) {
      const node = draft.read(atHost(host));
      if (node === dead) return null;
      const { self, next, effects, handled, requirements, taken } = nodes.step(node, input);
      if (!handled) return null;
      draft.write(atHost(host), next);
      for (const effect of effects) {
        const made = changeOf(host, self, effect);
        if (made !== null) change(draft, made);
      }
      return { host, self, input, effects, requirements, taken };
    },
  };
}

/** The word of a host that has no node. */
const dead = 0;

interface Nodes {
  boot(self: Incarnation): number;
  step(node: number, input: NodeInput): HostStep & { self: Incarnation };
  view(node: number): HostView | null;
}

/** The nodes of all incarnations, numbered from 1. */
function createNodes(
  { entriesMax, network, throttleMax, reconnect }: Bounds,
  variant: Variant,
): Nodes {
  const agents = new Map<Incarnation, Host>();
  const nodes = createInterner<{ self: Incarnation; local: number }>(
    ({ self, local }) => `${self} ${local}`,
  );
  const agentOf = (self: Incarnation): Host => {
    const known = agents.get(self);
    if (known !== undefined) return known;
    const agent = createHost({ self, entriesMax, network, throttleMax, reconnect }, variant.charts);
    agents.set(self, agent);
    return agent;
  };
  return {
    boot: (self) => nodes.id({ self, local: agentOf(self).initial }) + 1,
    step(node, input) {
      const { self, local } = nodes.value(node - 1);
      const step = agentOf(self).step(local, input);
      return { ...step, self, next: nodes.id({ self, local: step.next }) + 1 };
    },
    view(node) {
      if (node === dead) return null;
      const { self, local } = nodes.value(node - 1);
      return agentOf(self).view(local);
    },
  };
}

interface Layout {
  words: readonly Word[];
  /** Null: a host, whose word is written and not stepped. */
  components: readonly (Component<unknown, unknown> | null)[];
  guest: Component<Guest, never>;
  images: Component<readonly SavedGuest[], never>;
  lives: Component<readonly number[], never>;
  /** The word of a part; of this host, where each has one. */
  at(part: Word['part'], host?: HostIndex): number;
}

function createLayout(options: {
  bounds: Bounds;
  hosts: readonly HostIndex[];
  slots: Slots;
  nodes: Nodes;
}): Layout {
  const { bounds, hosts, slots, nodes } = options;
  const words: Word[] = [];
  const components: (Component<unknown, unknown> | null)[] = [];
  const place = <S, O>(part: Word['part'], component: Component<S, O>, name: string = part) => {
    words.push({ name, part, value: component.value });
    // Which operations a component takes is settled by its part, in `Change`.
    components.push(component as unknown as Component<unknown, unknown>);
  };
  const guest = createComponent(noGuest, guestStep);
  for (const host of hosts) {
    words.push({ name: `host ${hostNames[host]}`, part: 'host', value: nodes.view });
    components.push(null);
    place('guest', guest, `guest ${hostNames[host]}`);
  }
  const noRecord: ArbiterRecord | null = null;
  place('record', createComponent(noRecord, recordStep));
  place('outside', createComponent(nothingOutside, outsideStep));
  const images: readonly SavedGuest[] = [];
  const imagesPart = createComponent(images, imagesStep);
  place('images', imagesPart);
  place('disk', createComponent(emptyDisk, diskStep));
  const firstLives: readonly number[] = hosts.map(() => 1);
  const lives = createComponent(firstLives, livesStep);
  place('lives', lives);
  place('channels', createComponent(noChannels(slots), createChannelStep(slots)));
  place('arbiter', createComponent(noTraffic, arbiterStep));
  place('left', createComponent(budgetOf(bounds), leftStep));
  const datagrams: Datagrams = [];
  place('datagrams', createComponent(datagrams, datagramStep));
  const noTape: Tape = [];
  if (bounds.recordings > 0) place('tape', createComponent(noTape, tapeStep));
  const places = new Map<string, number>();
  for (const [at, { part }] of words.entries()) {
    const host = words.slice(0, at).filter((word) => word.part === part).length;
    places.set(`${part} ${host}`, at);
  }
  return {
    words,
    components,
    guest: guest as unknown as Component<Guest, never>,
    images: imagesPart as unknown as Component<readonly SavedGuest[], never>,
    lives: lives as unknown as Component<readonly number[], never>,
    at(part, host = 0) {
      const at = places.get(`${part} ${host}`);
      if (at === undefined) throw new Error(`a state has no ${part} of host ${host}`);
      return at;
    },
  };
}
