// What the manager, a peer and the arbiter do that they must not: an operation of the wrong host, a backup on the
// owner's own, a message that no peer sends, an answer older than one given. Each is genuine, and its receiver's to
// refuse. Spec: protocol, "Lifecycle", "Logging", "Arbitration".

import { wrongMessages } from '../environment/adversary.ts';
import type { HostIndex } from '../environment/channel.ts';
import type { NodeInput } from '../vocabulary.ts';
import { hostNames } from './change.ts';
import { describeInput } from './describe.ts';
import type { Product } from './product.ts';
import { change, type Family, left, type Scene, settle, spend } from './scene.ts';
import { wrongMessageTo } from './wrong-messages.ts';

/** None where the bounds have none. */
export const misdeedFamilies = ({ bounds, hosts }: Product): Family[] =>
  bounds.misdeeds === 0
    ? []
    : hosts.flatMap((host): Family[] => [
        (scene) => asked(scene, host),
        (scene) => said(scene, host),
        (scene) => answered(scene, host),
      ]);

/** Any operation, of any host in any state: where it is in its place it is done, and elsewhere refused. */
function asked(scene: Scene, host: HostIndex): void {
  const { misdone } = scene.product.bounds;
  if (!left(scene, 'misdeeds') || scene.view.hosts[host] == null) return;
  const self = scene.view.incarnations[host] ?? '';
  if (misdone.includes('same-host')) {
    misdo(scene, host, { type: 'manager.protect', peer: self });
    misdo(scene, host, { type: 'manager.replace-backup', peer: self });
  }
  if (!misdone.includes('misplaced-operation') || !isMisplaced(scene, host)) return;
  for (const operation of operations) misdo(scene, host, operation);
  const other = scene.product.hosts.find((one) => one !== host) ?? host;
  const peer = scene.view.incarnations[other] ?? '';
  misdo(scene, host, { type: 'manager.protect', peer });
  misdo(scene, host, { type: 'manager.replace-backup', peer });
}

const operations: readonly NodeInput[] = [
  { type: 'manager.power-off' },
  { type: 'manager.suspend' },
  { type: 'manager.turn-off' },
  { type: 'manager.restart-secondary' },
  { type: 'manager.test-failover' },
];

/** It is not the owner, or its guest does not run yet: nothing that is asked of an owner is in its place. */
const isMisplaced = (scene: Scene, host: HostIndex): boolean =>
  !/^owner/.test(scene.view.hosts[host]?.pairing.state ?? '');

/** By the peer, on the connection of the session, with a tag that is right. */
function said(scene: Scene, host: HostIndex): void {
  if (!left(scene, 'misdeeds')) return;
  const node = scene.view.hosts[host] ?? null;
  if (node === null) return;
  for (const wrong of wrongMessages) {
    if (!scene.product.bounds.misdone.includes(wrong)) continue;
    const sent = wrongMessageTo(node, wrong);
    if (sent === null || !isConnected(scene, host, sent.connection)) continue;
    misdo(scene, host, { type: 'channel.arrived', ...sent });
  }
}

function isConnected(scene: Scene, host: HostIndex, connection: number): boolean {
  const { ends } = scene.product.slots;
  return scene.view.channels.some((one, slot) => {
    const side = ends[slot]?.[0] === host ? 0 : 1;
    const isEnd = ends[slot]?.[side] === host && one?.number === connection;
    return isEnd && one.standing && one.open[0] && one.open[1];
  });
}

/** The arbiter, restored from an old copy, says what it said before; the nonce is that of the request. */
function answered(scene: Scene, host: HostIndex): void {
  if (!scene.product.bounds.misdone.includes('old-answer') || !left(scene, 'misdeeds')) return;
  const node = scene.view.hosts[host] ?? null;
  if (node === null) return;
  if (!scene.view.arbiter.requests.some((one) => one.current && one.host === host)) return;
  const seen = node.failover.context.record?.version ?? 0;
  for (const recording of scene.view.tape) {
    if (recording.kind !== 'answer' || (recording.record?.version ?? 0) >= seen) continue;
    misdo(scene, host, { type: 'arbiter.answered', nonce: 'current', record: recording.record });
  }
}

function misdo(scene: Scene, host: HostIndex, input: NodeInput): void {
  const draft = scene.product.draft();
  change(scene, draft, spend('misdeeds'));
  const deeds = settle(scene, draft, host, input);
  const label = `misdeed: ${describeInput(hostNames[host] ?? '', input)}`;
  scene.push({ label, deeds, fairness: null }, draft);
}
