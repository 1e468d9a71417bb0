// One state of the product while its steps are enumerated, and the ways in which a step is made from it. What is read
// of the state is read through `view`, so that the steps are known again wherever the same is read.

import type { HostIndex } from '../environment/channel.ts';
import { type Guest, itemOf, type SavedGuest } from '../environment/guest.ts';
import type { Budget } from '../environment/manager.ts';
import type { Fairness } from '../explore/fairness.ts';
import type { NodeInput } from '../vocabulary.ts';
import { type Change, hostNames } from './change.ts';
import { describeInput } from './describe.ts';
import type { Draft } from './draft.ts';
import { fairnessOfInput, fairnessOfMove } from './fairness.ts';
import type { Product } from './product.ts';
import type { Deed, SystemView, Transition } from './view.ts';

export type Push = (transition: Transition, draft: Draft) => void;

export interface Scene {
  product: Product;
  view: SystemView;
  push: Push;
}
/** Some of the steps of a state: together they are memoised by what they read. */
export type Family = ((scene: Scene) => void) | Guarded;

/** Without any of its needs there are no steps. Each is about one part: it is then not looked at again. */
export interface Guarded {
  needs: readonly ((scene: Scene) => boolean)[];
  run(scene: Scene): void;
}

/** The environment moves alone. */
export function move(
  scene: Scene,
  label: string,
  changes: readonly Change[],
  more: Partial<Transition> = {},
): void {
  const draft = scene.product.draft();
  change(scene, draft, changes);
  const fairness = fairnessOfMove(label, changes);
  scene.push({ label, deeds: [], fairness, ...more }, draft);
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
  fairness: Fairness | null = fairnessOfInput(hostNames[host] ?? '', input, changes),
): void {
  if (!happened.has(input.type) && !scene.product.isUsed(host, input)) return;
  const draft = scene.product.draft();
  change(scene, draft, changes);
  const deeds = settle(scene, draft, host, input);
  scene.push({ label: describeInput(hostNames[host] ?? '', input), deeds, fairness }, draft);
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

/**
 * What the guest answers at once: its copy, its image, and, unless it lags, each entry
 * applied.
 */
export function settle(scene: Scene, draft: Draft, host: HostIndex, input: NodeInput): Deed[] {
  const { product } = scene;
  const deed = product.give(draft, host, input);
  if (deed === null) return [];
  const deeds = [deed];
  for (const effect of deed.effects) {
    if (effect.type === 'guest.copy') {
      const { history } = product.guestOf(draft, host);
      const copied = { type: 'guest.copied' as const, position: history.length, state: history };
      deeds.push(...settle(scene, draft, host, copied));
    }
    if (effect.type === 'guest.load') {
      const image = product.imagesOf(draft).find(({ token }) => token === effect.token);
      if (image === undefined) continue;
      change(scene, draft, loaded(host, image));
      deeds.push(...settle(scene, draft, host, loadedInput(image)));
    }
    if (effect.type === 'guest.halt' && product.variant.diskAnswered === 'who-asked') {
      change(scene, draft, [{ part: 'disk', operation: { type: 'forget', host } }]);
    }
    if (effect.type === 'guest.apply' && !product.bounds.lagging) {
      const answer = appliedInput(product.guestOf(draft, host));
      change(scene, draft, applied(host));
      deeds.push(...settle(scene, draft, host, answer));
    }
  }
  return deeds;
}

export function guestOf({ view }: Scene, host: HostIndex): Guest {
  const guest = view.guests[host];
  if (guest === undefined) throw new Error(`the product has no host ${host}`);
  return guest;
}

export const left = (scene: Scene, what: keyof Budget): boolean => scene.view.world.left[what] > 0;

export const spend = (what: keyof Budget): readonly Change[] => [
  { part: 'left', operation: { type: 'spend', what } },
];

export function change(scene: Scene, draft: Draft, changes: readonly Change[]): void {
  for (const one of changes) scene.product.change(draft, one);
}

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
