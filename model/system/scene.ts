// One state of the product while its steps are enumerated, and the ways in which a step is made from it.

import type { HostIndex } from '../environment/channel.ts';
import { type Guest, itemOf, type SavedGuest } from '../environment/guest.ts';
import type { Budget } from '../environment/manager.ts';
import type { NodeInput } from '../vocabulary.ts';
import type { Change } from './change.ts';
import { describeInput } from './describe.ts';
import { type Deed, hostNames, type Product, type SystemView, type Words } from './product.ts';

export interface Transition {
  label: string;
  /** What the hosts did in it; none when only the environment moved. */
  deeds: readonly Deed[];
}
export type Push = (transition: Transition, state: number[]) => void;

export interface Scene {
  product: Product;
  state: Words;
  view: SystemView;
  push: Push;
}

/** The environment moves alone. */
export function move(scene: Scene, label: string, changes: readonly Change[]): void {
  const state = [...scene.state];
  change(scene, state, changes);
  scene.push({ label, deeds: [] }, state);
}

/**
 * A host is given an input, after the changes that go with it. What no chart uses is no step, unless it was taken
 * from the environment.
 */
export function give(
  scene: Scene,
  host: HostIndex,
  input: NodeInput,
  changes: readonly Change[] = [],
): void {
  if (!happened.has(input.type) && !scene.product.isUsed(scene.state, host, input)) return;
  const state = [...scene.state];
  change(scene, state, changes);
  const deeds = settle(scene, state, host, input);
  scene.push({ label: describeInput(hostNames[host], input), deeds }, state);
}

/** These have happened whether or not the node has a use for them. */
const happened: ReadonlySet<NodeInput['type']> = new Set([
  'channel.arrived',
  'channel.closed',
  'arbiter.answered',
  'disk.answered',
  'guest.diverged',
  'guest.saved',
]);

/** What the guest answers at once: its copy, its image, and, unless it lags, each entry applied. */
export function settle(scene: Scene, state: number[], host: HostIndex, input: NodeInput): Deed[] {
  const { product } = scene;
  const deed = product.give(state, host, input);
  if (deed === null) return [];
  const deeds = [deed];
  for (const effect of deed.effects) {
    if (effect.type === 'guest.copy') {
      const { history } = product.view(state).guests[host];
      const copied = { type: 'guest.copied' as const, position: history.length, state: history };
      deeds.push(...settle(scene, state, host, copied));
    }
    if (effect.type === 'guest.load') {
      const image = imageAt(product.view(state), effect.token);
      if (image === undefined) continue;
      change(scene, state, loaded(host, image));
      deeds.push(...settle(scene, state, host, loadedInput(image)));
    }
    if (effect.type === 'guest.apply' && !product.bounds.lagging) {
      const answer = appliedInput(product.view(state).guests[host]);
      change(scene, state, applied(host));
      deeds.push(...settle(scene, state, host, answer));
    }
  }
  return deeds;
}

export const left = (scene: Scene, what: keyof Budget): boolean => scene.view.world.left[what] > 0;

export const spend = (what: keyof Budget): readonly Change[] => spendings[what];

const spending = (what: keyof Budget): readonly Change[] => [
  { part: 'world', operation: Object.freeze({ type: 'spend', what }) },
];
const spendings: Readonly<Record<keyof Budget, readonly Change[]>> = {
  starts: spending('starts'),
  joins: spending('joins'),
  crashes: spending('crashes'),
  restarts: spending('restarts'),
  breaks: spending('breaks'),
  losses: spending('losses'),
  retries: spending('retries'),
  divergences: spending('divergences'),
  commands: spending('commands'),
};

export function change(scene: Scene, state: number[], changes: readonly Change[]): void {
  for (const one of changes) scene.product.change(state, one);
}

const imageAt = ({ world }: SystemView, token: number): SavedGuest | undefined =>
  world.images.find((image) => image.token === token);

const loaded = (host: HostIndex, image: SavedGuest): Change[] => [
  { part: 'guest', host, operation: { type: 'load', image } },
];

function loadedInput({ history, open, operations }: SavedGuest): NodeInput {
  return { type: 'guest.loaded', position: history.length, state: history, open, operations };
}

export const applied = (host: HostIndex): Change[] => [
  { part: 'guest', host, operation: { type: 'applied' } },
];

export function appliedInput(guest: Guest): NodeInput {
  const [entry] = guest.applying;
  if (entry === undefined) throw new Error('the guest has no entry to apply');
  const { seq, channel, position } = entry;
  const output = channel === null ? null : { channel, position, data: itemOf(entry) };
  return { type: 'guest.applied', seq, output };
}
