// What the manager, the deadlines and the guest may do at one host, and its death and return.

import type { HostIndex } from '../environment/channel.ts';
import {
  completionItem,
  type Guest,
  inputItem,
  openOperations,
  outputItem,
} from '../environment/guest.ts';
import type { HostView } from '../host.ts';
import type { DeadlineName, NodeInput } from '../vocabulary.ts';
import { type Change, hostNames, hostsMax } from './change.ts';
import { weakly } from './fairness.ts';
import {
  applied,
  appliedInput,
  change,
  type Family,
  give,
  left,
  type Scene,
  spend,
} from './scene.ts';

/** The steps of a host, dead or alive. */
export const hostFamilies = (host: HostIndex): Family[] => [
  (scene) => restart(scene, host),
  (scene) => ifAlive(scene, host, managerSteps),
  (scene) => ifAlive(scene, host, deadlineSteps),
  (scene) => ifAlive(scene, host, runningSteps),
  (scene) => ifAlive(scene, host, replayingSteps),
  (scene) => ifAlive(scene, host, crash),
];

function ifAlive(
  scene: Scene,
  host: HostIndex,
  steps: (scene: Scene, host: HostIndex, node: HostView) => void,
): void {
  const node = scene.view.hosts[host] ?? null;
  if (node !== null) steps(scene, host, node);
}

function managerSteps(scene: Scene, host: HostIndex, node: HostView): void {
  const isMay = host === 0 || scene.product.bounds.rivals;
  if (left(scene, 'starts') && isMay && node.pairing.state === 'idle') {
    give(scene, host, { type: 'manager.start' }, spend('starts'));
  }
  if (!left(scene, 'joins') || node.pairing.state !== 'owner.alone') return;
  for (const other of scene.product.hosts) {
    if (other === host || scene.view.hosts[other] === null) continue;
    const peer = scene.view.incarnations[other] ?? '';
    give(scene, host, { type: 'manager.protect', peer }, spend('joins'));
  }
}

function deadlineSteps(scene: Scene, host: HostIndex, node: HostView): void {
  const { bounds } = scene.product;
  const pass = (name: DeadlineName, changes: readonly Change[] = []): void =>
    give(scene, host, deadlines[name], changes);
  if (bounds.suspicion) {
    const fairness = isPeerDead(scene, node) ? weakly(`silence at ${hostNames[host]}`) : null;
    give(scene, host, deadlines['channel-timeout'], [], fairness);
  }
  if (bounds.beats) {
    pass('beat-timeout');
    pass('beat');
  }
  if (bounds.alives && !isChannelBusy(scene, host, node)) pass('alive');
  if (bounds.joinTimeout) pass('join');
  if (bounds.retries === 'unbounded') pass('retry');
  else if (left(scene, 'retries')) pass('retry', spend('retries'));
}

const deadlineInput = (name: DeadlineName): NodeInput =>
  Object.freeze({ type: 'deadline.passed', name });
const deadlines: Readonly<Record<DeadlineName, NodeInput>> = {
  beat: deadlineInput('beat'),
  alive: deadlineInput('alive'),
  'beat-timeout': deadlineInput('beat-timeout'),
  'channel-timeout': deadlineInput('channel-timeout'),
  retry: deadlineInput('retry'),
  join: deadlineInput('join'),
};

/** Silence is seen in the end where there is nobody to be heard. */
function isPeerDead(scene: Scene, node: HostView): boolean {
  if (!/trusting|suspecting/.test(node.heartbeat.state)) return false;
  const { peer } = node.pairing.context;
  const { hosts, incarnations } = scene.view;
  return !hosts.some((other, at) => other !== null && incarnations[at] === peer);
}

/** A message more would only wait behind another: keeps the channel short. */
function isChannelBusy(scene: Scene, host: HostIndex, node: HostView): boolean {
  const number = node.pairing.context.connection;
  const { ends } = scene.product.slots;
  const slot = scene.view.channels.findIndex((one) => one?.number === number);
  const pair = ends[slot];
  return pair === undefined || scene.view.headOf(slot, pair[0] === host ? 1 : 0) !== null;
}

function runningSteps(scene: Scene, host: HostIndex, node: HostView): void {
  const { bounds } = scene.product;
  const guest = guestOf(scene, host);
  if (guest.status !== 'running') return;
  for (const { operation } of guest.completing) {
    const item = completionItem(operation);
    produce(scene, host, item, {
      type: 'guest.input',
      position: guest.history.length + 1,
      kind: 'completion',
      data: operation,
    });
  }
  const made = guest.history.filter((item) => item > 0).length;
  if (made >= bounds.positionsMax) return;
  const position = guest.history.length + 1;
  // Tells apart what different tenures make, on either host.
  const life = node.logging.context.token * hostsMax + host;
  for (const channel of bounds.outputs) {
    // The guest waits for a write of the block before it writes the block again.
    if (channel === 'disk' && openOperations(guest.history).length > 0) continue;
    const data = outputItem(channel, life);
    produce(scene, host, data, { type: 'guest.output', position, channel, data });
  }
  if (bounds.inputs) {
    const data = inputItem(life);
    produce(scene, host, data, { type: 'guest.input', position, kind: 'input', data });
  }
}

function produce(scene: Scene, host: HostIndex, item: number, input: NodeInput): void {
  give(scene, host, input, [{ part: 'guest', host, operation: { type: 'produce', item } }]);
}

function guestOf(scene: Scene, host: HostIndex): Guest {
  const guest = scene.view.guests[host];
  if (guest === undefined) throw new Error(`no host ${host}`);
  return guest;
}

function replayingSteps(scene: Scene, host: HostIndex): void {
  const guest = guestOf(scene, host);
  if (guest.status !== 'replaying') return;
  const [entry] = guest.applying;
  if (entry === undefined || guest.diverged) return;
  if (scene.product.bounds.lagging) give(scene, host, appliedInput(guest), applied(host));
  if (left(scene, 'divergences')) {
    give(scene, host, { type: 'guest.diverged', seq: entry.seq }, [
      { part: 'guest', host, operation: { type: 'diverge' } },
      ...spend('divergences'),
    ]);
  }
}

function crash(scene: Scene, host: HostIndex): void {
  if (!left(scene, 'crashes')) return;
  const draft = scene.product.draft();
  scene.product.kill(draft, host);
  change(scene, draft, [
    { part: 'guest', host, operation: { type: 'vanish' } },
    { part: 'channels', operation: { type: 'die', host } },
    { part: 'arbiter', operation: { type: 'die', host } },
    { part: 'disk', operation: { type: 'die', host } },
    ...spend('crashes'),
  ]);
  const label = `world: ${hostNames[host]} crashes`;
  scene.push({ label, deeds: [], fairness: null }, draft);
}

function restart(scene: Scene, host: HostIndex): void {
  if (scene.view.hosts[host] !== null || !left(scene, 'restarts')) return;
  const draft = scene.product.draft();
  change(scene, draft, [
    { part: 'lives', operation: { type: 'restart', host } },
    ...spend('restarts'),
  ]);
  scene.product.boot(draft, host);
  const label = `world: ${hostNames[host]} restarts as a new life`;
  scene.push({ label, deeds: [], fairness: null }, draft);
}
