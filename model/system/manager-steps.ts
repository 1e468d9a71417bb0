// What the manager may do: operations of a host, and declaring a machine lost at the arbiter. Spec: protocol, "Lifecycle".

import type { HostIndex } from '../environment/channel.ts';
import type { Operation } from '../environment/manager.ts';
import type { ArbiterRecord, Incarnation, NodeInput } from '../vocabulary.ts';
import type { Change } from './change.ts';
import { describeRecord } from './describe.ts';
import { give, guestOf, left, move, type Scene, spend } from './scene.ts';
import type { SystemView } from './view.ts';

export const isManagerLeft = (scene: Scene): boolean =>
  left(scene, 'starts') || left(scene, 'joins') || left(scene, 'commands');

/** Whether the host is in a state in which the manager may ask anything of it. */
export function isManageable(scene: Scene, host: HostIndex): boolean {
  const state = scene.view.hosts[host]?.pairing.state ?? '';
  if (scene.product.bounds.operations.length > 0) return true;
  return state === 'idle' || state === 'owner.alone';
}

export function managerSteps(scene: Scene, host: HostIndex): void {
  const { bounds } = scene.product;
  if (!isManagerLeft(scene)) return;
  const node = scene.view.hosts[host] ?? null;
  if (node === null) return;
  const { state } = node.pairing;
  const isMay = host === 0 || bounds.rivals;
  if (left(scene, 'starts') && isMay && state === 'idle') {
    give(scene, host, { type: 'manager.start' }, spend('starts'));
  }
  if (left(scene, 'joins') && state === 'owner.alone') protectSteps(scene, host);
  if (!left(scene, 'commands')) return;
  for (const operation of bounds.operations) {
    const wanted = wantedAt(operation, state, scene.view);
    if (wanted !== null) give(scene, host, wanted, spend('commands'));
  }
}

/** Any other host that is up may be named as the backup. */
function protectSteps(scene: Scene, host: HostIndex): void {
  for (const other of scene.product.hosts) {
    if (other === host || scene.view.hosts[other] === null) continue;
    const peer = scene.view.incarnations[other] ?? '';
    give(scene, host, { type: 'manager.protect', peer }, spend('joins'));
  }
}

/** The image becomes durable, or cannot. */
export function savingSteps(scene: Scene, host: HostIndex): void {
  const { saving, history, completing } = guestOf(scene, host);
  if (saving === null) return;
  const saved: Change = { part: 'guest', host, operation: { type: 'saved' } };
  const image = { history, completing, ...saving };
  const { imagesKept: kept } = scene.product.variant;
  give(scene, host, savedInputs.done, [
    saved,
    { part: 'images', operation: { type: 'keep', image, kept } },
  ]);
  if (scene.product.bounds.unsavable) give(scene, host, savedInputs.error, [saved]);
}

/** The manager ends a machine of which nobody is left that could run it, and says so itself. */
export function declareLost(scene: Scene): void {
  const { bounds, variant } = scene.product;
  if (!bounds.operations.includes('declare-lost') || !left(scene, 'commands')) return;
  const { record } = scene.view.arbiter;
  if (record === null || !isLost(scene.view, record, variant.declaredLost)) return;
  const lost = lostRecord(record);
  move(scene, `arbiter: manager declares lost, ${describeRecord(lost)}`, [
    { part: 'record', operation: { type: 'put', record: lost } },
    ...spend('commands'),
  ]);
}

const savedInputs = {
  done: Object.freeze({ type: 'guest.saved', result: 'done' }),
  error: Object.freeze({ type: 'guest.saved', result: 'error' }),
} as const;

/** Where the manager says it: not where it would only be refused. */
function wantedAt(operation: Operation, state: string, view: SystemView): NodeInput | null {
  switch (operation) {
    case 'power-off':
      return ableToStop.test(state) ? { type: 'manager.power-off' } : null;
    case 'suspend':
      return settled.test(state) ? { type: 'manager.suspend' } : null;
    case 'turn-off':
      return settled.test(state) ? { type: 'manager.turn-off' } : null;
    case 'restart-secondary':
      return guarded.test(state) ? { type: 'manager.restart-secondary' } : null;
    case 'test-failover':
      return guarded.test(state) ? { type: 'manager.test-failover' } : null;
    case 'resume':
      return state === 'idle' && view.arbiter.record?.phase === 'suspended'
        ? { type: 'manager.resume' }
        : null;
    case 'declare-lost':
      return null;
  }
}

const guarded = /^owner\.guarded\.(steady|reopening)$/;
const settled = /^owner\.(alone|guarded\.(steady|reopening))$/;
const ableToStop =
  /^owner\.(alone|recording|joining.*|protecting|guarded\.(steady|reopening)|surrendering)$/;

/** spec: arbitration.declare-lost-with-proof */
function isLost(
  view: SystemView,
  record: ArbiterRecord,
  whoseDeath: 'of-all' | 'of-the-owner',
): boolean {
  if (record.owner === null) return false;
  const isEligible = record.phase === 'protected' && whoseDeath === 'of-all';
  return isDead(view, record.owner) && (!isEligible || isDead(view, record.backup));
}

/** A host that is dead, or lives another life, proves that this one is over. */
const isDead = (view: SystemView, incarnation: Incarnation | null): boolean =>
  !view.incarnations.some((one, host) => one === incarnation && view.hosts[host] !== null);

const lostRecord = ({ version, epoch, token }: ArbiterRecord): ArbiterRecord => ({
  version: version + 1,
  epoch: epoch + 1,
  phase: 'off',
  owner: null,
  backup: null,
  token,
  reason: 'crashed',
});
