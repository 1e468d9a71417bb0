// What the deadlines and the guest may do at one host, and its death and return.

import { type HostIndex, otherHost } from '../environment/channel.ts';
import {
  completionItem,
  type Guest,
  inputItem,
  lifeOf,
  openOperations,
  outputItem,
} from '../environment/guest.ts';
import type { HostView } from '../host.ts';
import type { DeadlineName, NodeInput } from '../vocabulary.ts';
import type { Change } from './change.ts';
import { managerSteps, savingSteps } from './manager-steps.ts';
import { hostNames } from './product.ts';
import { applied, appliedInput, change, give, left, type Scene, spend } from './scene.ts';

export function hostSteps(scene: Scene, host: HostIndex, node: HostView): void {
  managerSteps(scene, host, node);
  deadlineSteps(scene, host, node);
  const guest = scene.view.guests[host];
  if (guest.status === 'running') runningSteps(scene, host, node, guest);
  savingSteps(scene, host);
  if (guest.status === 'replaying') replayingSteps(scene, host, guest);
  if (left(scene, 'crashes')) crash(scene, host);
}

function deadlineSteps(scene: Scene, host: HostIndex, node: HostView): void {
  const { bounds } = scene.product;
  const pass = (name: DeadlineName, changes: readonly Change[] = []): void =>
    give(scene, host, deadlines[name], changes);
  if (bounds.suspicion) pass('channel-timeout');
  if (bounds.beats) {
    pass('beat-timeout');
    pass('beat');
  }
  if (bounds.alives && !isChannelBusy(scene, host, node)) pass('alive');
  if (bounds.joinTimeout) pass('join');
  if (bounds.operations.includes('test-failover')) pass('yield');
  if (left(scene, 'retries')) pass('retry', spend('retries'));
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
  yield: deadlineInput('yield'),
};

/** A message more would only wait behind another: keeps the channel short. */
function isChannelBusy(scene: Scene, host: HostIndex, node: HostView): boolean {
  const number = node.pairing.context.connection;
  const connection = scene.view.channels.find((one) => one?.number === number);
  return (connection?.toward[otherHost(host)].length ?? 1) > 0;
}

function runningSteps(scene: Scene, host: HostIndex, node: HostView, guest: Guest): void {
  const { bounds } = scene.product;
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
  const life = lifeOf(node.logging.context.token, host);
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

function replayingSteps(scene: Scene, host: HostIndex, guest: Guest): void {
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
  const state = [...scene.state];
  scene.product.kill(state, host);
  change(scene, state, [
    { part: 'guest', host, operation: { type: 'vanish' } },
    { part: 'channels', operation: { type: 'die', host } },
    { part: 'arbiter', operation: { type: 'die', host } },
    { part: 'disk', operation: { type: 'die', host } },
    ...spend('crashes'),
  ]);
  scene.push({ label: `world: ${hostNames[host]} crashes`, deeds: [] }, state);
}

export function restart(scene: Scene, host: HostIndex): void {
  if (!left(scene, 'restarts')) return;
  const state = [...scene.state];
  change(scene, state, [
    { part: 'world', operation: { type: 'restart', host } },
    ...spend('restarts'),
  ]);
  scene.product.boot(state, host);
  scene.push({ label: `world: ${hostNames[host]} restarts as a new life`, deeds: [] }, state);
}
