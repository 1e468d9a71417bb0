// What the deadlines and the guest may do at one host, and its death and return.

import type { HostIndex } from '../environment/channel.ts';
import {
  completionItem,
  inputItem,
  lifeOf,
  openOperations,
  outputItem,
} from '../environment/guest.ts';
import type { HostView } from '../host.ts';
import type { DeadlineName, NodeInput } from '../vocabulary.ts';
import { hostNames } from './change.ts';
import { weakly } from './fairness.ts';
import { isManageable, isManagerLeft, managerSteps, savingSteps } from './manager-steps.ts';
import {
  applied,
  appliedInput,
  change,
  type Family,
  give,
  guestOf,
  left,
  type Scene,
  spend,
} from './scene.ts';

/** The steps of a host, dead or alive. */
export const hostFamilies = (host: HostIndex): Family[] => [
  {
    needs: [(scene) => left(scene, 'restarts'), (scene) => scene.view.hosts[host] === null],
    run: (scene) => restart(scene, host),
  },
  {
    needs: [isManagerLeft, (scene) => isManageable(scene, host)],
    run: (scene) => managerSteps(scene, host),
  },
  (scene) => suspicionStep(scene, host),
  (scene) => deadlineSteps(scene, host),
  {
    needs: [isRetryLeft, (scene) => scene.product.isUsed(host, deadlines.retry)],
    run: (scene) => retryStep(scene, host),
  },
  {
    needs: [(scene) => guestOf(scene, host).status === 'running'],
    run: (scene) => runningSteps(scene, host),
  },
  (scene) => savingSteps(scene, host),
  (scene) => replayingSteps(scene, host),
  {
    needs: [
      (scene) => left(scene, 'divergences'),
      (scene) => guestOf(scene, host).status === 'replaying',
    ],
    run: (scene) => divergeStep(scene, host),
  },
  {
    needs: [(scene) => left(scene, 'crashes'), (scene) => scene.view.hosts[host] !== null],
    run: (scene) => crash(scene, host),
  },
];

/** Apart from the other deadlines, since it alone depends on who else lives. */
function suspicionStep(scene: Scene, host: HostIndex): void {
  if (!scene.product.bounds.suspicion) return;
  const node = scene.view.hosts[host] ?? null;
  if (node === null) return;
  const isSilent = isPeerDead(scene, node) || isCutOff(scene, node);
  const fairness = isSilent ? weakly(`silence at ${hostNames[host]}`) : null;
  give(scene, host, deadlines['channel-timeout'], [], fairness);
}

function deadlineSteps(scene: Scene, host: HostIndex): void {
  const { bounds } = scene.product;
  const node = scene.view.hosts[host] ?? null;
  if (node === null) return;
  const pass = (name: DeadlineName): void => give(scene, host, deadlines[name]);
  if (bounds.beats) {
    pass('beat-timeout');
    pass('beat');
  }
  if (bounds.alives && !isChannelBusy(scene, host, node)) {
    pass('alive');
    if (isBehind(node)) pass('lag');
  }
  if (bounds.joinTimeout) pass('join');
  if (bounds.operations.includes('test-failover')) pass('yield');
}

const isRetryCounted = ({ product }: Scene): boolean => product.bounds.retries !== 'unbounded';
const isRetryLeft = (scene: Scene): boolean => !isRetryCounted(scene) || left(scene, 'retries');

function retryStep(scene: Scene, host: HostIndex): void {
  const isCounted = isRetryCounted(scene);
  if (!isRetryLeft(scene)) return;
  if (scene.view.hosts[host] === null) return;
  give(scene, host, deadlines.retry, isCounted ? spend('retries') : []);
}

const deadlineInput = (name: DeadlineName): NodeInput =>
  Object.freeze({ type: 'deadline.passed', name });
const deadlines: Readonly<Record<DeadlineName, NodeInput>> = {
  beat: deadlineInput('beat'),
  alive: deadlineInput('alive'),
  lag: deadlineInput('lag'),
  'beat-timeout': deadlineInput('beat-timeout'),
  'channel-timeout': deadlineInput('channel-timeout'),
  retry: deadlineInput('retry'),
  join: deadlineInput('join'),
  yield: deadlineInput('yield'),
};

/** A lag is above `lagMax` only where the owner knows of an entry that is not consumed. */
const isBehind = ({ logging: { context } }: HostView): boolean =>
  context.throttleMax > 0 && context.sent > context.consumed;

/** Silence is seen in the end where there is nobody to be heard. */
function isPeerDead(scene: Scene, node: HostView): boolean {
  if (!/trusting|suspecting/.test(node.heartbeat.state)) return false;
  const { peer } = node.pairing.context;
  const { hosts, incarnations } = scene.view;
  return !hosts.some((other, at) => other !== null && incarnations[at] === peer);
}

/** Its channel is closed, and nobody opens another. */
const isCutOff = ({ product }: Scene, { heartbeat, pairing }: HostView): boolean =>
  product.bounds.reconnect &&
  /trusting|suspecting/.test(heartbeat.state) &&
  pairing.context.connection === 0;

/** A message more would only wait behind another: keeps the channel short. */
function isChannelBusy(scene: Scene, host: HostIndex, node: HostView): boolean {
  const number = node.pairing.context.connection;
  const { ends } = scene.product.slots;
  const slot = scene.view.channels.findIndex((one) => one?.number === number);
  const pair = ends[slot];
  return pair === undefined || scene.view.headOf(slot, pair[0] === host ? 1 : 0) !== null;
}

function runningSteps(scene: Scene, host: HostIndex): void {
  const { bounds } = scene.product;
  const guest = guestOf(scene, host);
  if (guest.status !== 'running') return;
  const node = scene.view.hosts[host] ?? null;
  if (node === null) return;
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

function replayingSteps(scene: Scene, host: HostIndex): void {
  const guest = guestOf(scene, host);
  if (guest.status !== 'replaying') return;
  if (!scene.product.bounds.lagging || guest.applying.length === 0 || guest.diverged) return;
  give(scene, host, appliedInput(guest), applied(host));
}

function divergeStep(scene: Scene, host: HostIndex): void {
  if (!left(scene, 'divergences')) return;
  const guest = guestOf(scene, host);
  const [entry] = guest.applying;
  if (guest.status !== 'replaying' || entry === undefined || guest.diverged) return;
  give(scene, host, { type: 'guest.diverged', seq: entry.seq }, [
    { part: 'guest', host, operation: { type: 'diverge' } },
    ...spend('divergences'),
  ]);
}

function crash(scene: Scene, host: HostIndex): void {
  if (!left(scene, 'crashes') || scene.view.hosts[host] === null) return;
  const draft = scene.product.draft();
  scene.product.kill(draft, host);
  change(scene, draft, [
    { part: 'guest', host, operation: { type: 'vanish' } },
    { part: 'channels', operation: { type: 'die', host } },
    { part: 'arbiter', operation: { type: 'die', host } },
    { part: 'disk', operation: { type: 'forget', host } },
    ...spend('crashes'),
  ]);
  const label = `world: ${hostNames[host]} crashes`;
  scene.push({ label, deeds: [], fairness: null }, draft);
}

function restart(scene: Scene, host: HostIndex): void {
  if (!left(scene, 'restarts') || scene.view.hosts[host] !== null) return;
  const draft = scene.product.draft();
  change(scene, draft, [
    { part: 'lives', operation: { type: 'restart', host } },
    ...spend('restarts'),
  ]);
  scene.product.boot(draft, host);
  const label = `world: ${hostNames[host]} restarts as a new life`;
  scene.push({ label, deeds: [], fairness: null }, draft);
}
