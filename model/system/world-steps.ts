// What the channel, the datagrams, the arbiter and the disk may do next.

import { recordAfter } from '../environment/arbiter.ts';
import { type HostIndex, otherSide, type Side } from '../environment/channel.ts';
import type { ArbiterRecord, NodeInput } from '../vocabulary.ts';
import { type Change, hostNames } from './change.ts';
import { weakly } from './fairness.ts';
import { declareLost } from './manager-steps.ts';
import type { Product } from './product.ts';
import { change, type Family, give, left, move, type Scene, settle, spend } from './scene.ts';
import type { Deed } from './view.ts';

export const worldFamilies = ({ slots }: Product): Family[] => [
  ...slots.ends.flatMap((_, slot) => channelFamilies(slot)),
  datagramSteps,
  attemptSteps,
  answerSteps,
  lossSteps,
  fenceSteps,
  writeSteps,
  diskAnswerSteps,
  declareLost,
];

const channelFamilies = (slot: number): Family[] => [
  (scene) => standStep(scene, slot),
  (scene) => takeStep(scene, slot, 0),
  (scene) => endStep(scene, slot, 0),
  (scene) => breakStep(scene, slot, 0),
  (scene) => takeStep(scene, slot, 1),
  (scene) => endStep(scene, slot, 1),
  (scene) => breakStep(scene, slot, 1),
];

function takeStep(scene: Scene, slot: number, side: Side): void {
  const message = scene.view.headOf(slot, side);
  const connection = scene.view.channels[slot];
  if (message === null || connection == null) return;
  const arrived = {
    type: 'channel.arrived' as const,
    connection: connection.number,
    message: scene.product.message(message),
  };
  give(scene, hostAt(scene, slot, side), arrived, [
    { part: 'channels', operation: { type: 'take', slot, side } },
  ]);
}

/** An end learns that the other has closed. */
function endStep(scene: Scene, slot: number, side: Side): void {
  const connection = scene.view.channels[slot];
  if (connection?.standing !== true || !connection.open[side]) return;
  if (!connection.open[otherSide(side)]) close(scene, slot, side, connection.number);
}

function breakStep(scene: Scene, slot: number, side: Side): void {
  if (!left(scene, 'breaks')) return;
  const connection = scene.view.channels[slot];
  if (connection?.standing !== true || !connection.open[side]) return;
  if (connection.open[otherSide(side)]) {
    close(scene, slot, side, connection.number, spend('breaks'));
  }
}

function close(
  scene: Scene,
  slot: number,
  side: Side,
  connection: number,
  changes: readonly Change[] = [],
): void {
  give(scene, hostAt(scene, slot, side), { type: 'channel.closed', connection }, [
    { part: 'channels', operation: { type: 'end', slot, side } },
    ...changes,
  ]);
}

/** Both ends stand, or the opener learns that it is closed. An end that was not told of a former close is told now. */
function standStep(scene: Scene, slot: number): void {
  const connection = scene.view.channels[slot];
  if (connection == null || connection.standing) return;
  const { number } = connection;
  const [opener, other] = [hostAt(scene, slot, 0), hostAt(scene, slot, 1)];
  const { hosts, incarnations } = scene.view;
  const acceptor = hosts[other] ?? null;
  if (acceptor === null) {
    give(scene, opener, { type: 'channel.closed', connection: number }, [
      { part: 'channels', operation: { type: 'end', slot, side: 0 } },
    ]);
    return;
  }
  const former = acceptor.pairing.context.connection;
  const draft = scene.product.draft();
  const deeds: Deed[] = [];
  const tell = (host: HostIndex, input: NodeInput): void => {
    deeds.push(...settle(scene, draft, host, input));
  };
  if (former !== 0 && former < number && isReplaced(scene, former, number)) {
    tell(other, { type: 'channel.closed', connection: former });
  }
  change(scene, draft, [{ part: 'channels', operation: { type: 'stand', slot } }]);
  tell(other, { type: 'channel.opened', connection: number, peer: incarnations[opener] ?? '' });
  tell(opener, { type: 'channel.opened', connection: number, peer: incarnations[other] ?? '' });
  const label = `world: channel ${number} stands`;
  scene.push({ label, deeds, fairness: weakly(label) }, draft);
}

/** Where a pair may have two connections, the former one stays as it is until it is closed. */
const isReplaced = ({ product }: Scene, former: number, number: number): boolean =>
  !product.bounds.reconnect || former % 2 === number % 2;

const hostAt = (scene: Scene, slot: number, side: Side): HostIndex =>
  scene.product.slots.ends[slot]?.[side] ?? 0;

function datagramSteps(scene: Scene): void {
  for (const { to, message } of scene.view.datagrams) {
    const drop: Change = { part: 'datagrams', operation: { type: 'drop', to, message } };
    const arrived = { type: 'datagram.arrived', message: scene.product.message(message) } as const;
    give(scene, to, arrived, scene.product.bounds.wire === 'open' ? [] : [drop]);
    move(scene, `world: a datagram to ${hostNames[to]} is lost`, [drop]);
  }
}

function attemptSteps(scene: Scene): void {
  const { requests, record } = scene.view.arbiter;
  requests.forEach((request, index) => {
    const { sender, intent, current } = request;
    const late = current ? '' : ' (late)';
    const after = recordAfter(record, request);
    move(scene, `arbiter: attempts ${intent} of ${sender}${late}`, [
      { part: 'arbiter', operation: { type: 'attempt', index, record: after } },
      ...(after === record ? [] : [putting(after), ...newRun(record, after)]),
    ]);
  });
}

const putting = (record: ArbiterRecord | null): Change => ({
  part: 'record',
  operation: { type: 'put', record },
});

/** A record that was off and has an owner: the machine boots afresh, and what was emitted was another run. */
function newRun(before: ArbiterRecord | null, after: ArbiterRecord | null): Change[] {
  if (before?.phase !== 'off' || after?.owner == null) return [];
  const operation = { type: 'begin' as const, token: after.token };
  return [
    { part: 'outside', operation },
    { part: 'images', operation },
  ];
}

function answerSteps(scene: Scene): void {
  const { answers } = scene.view.arbiter;
  answers.forEach(({ host, record }, index) => {
    const take: Change = { part: 'arbiter', operation: { type: 'answer', index } };
    give(scene, host, { type: 'arbiter.answered', nonce: 'current', record }, [take]);
  });
}

function lossSteps(scene: Scene): void {
  if (!left(scene, 'losses')) return;
  const { requests, answers } = scene.view.arbiter;
  requests.forEach(({ host, intent }, index) => {
    move(scene, `arbiter: loses ${intent} of ${hostNames[host]}`, [
      { part: 'arbiter', operation: { type: 'lose', index } },
      ...spend('losses'),
    ]);
  });
  answers.forEach(({ host }, index) => {
    move(scene, `arbiter: loses its answer to ${hostNames[host]}`, [
      { part: 'arbiter', operation: { type: 'answer', index } },
      ...spend('losses'),
    ]);
  });
}

function fenceSteps(scene: Scene): void {
  const { fences } = scene.view.disk;
  fences.forEach(({ host, token }, index) => {
    move(scene, `disk: fence ${token} of ${hostNames[host]} holds`, [
      { part: 'disk', operation: { type: 'raise', index } },
    ]);
  });
}

function writeSteps(scene: Scene): void {
  const { writes } = scene.view.disk;
  const { fenceChecked } = scene.product.variant;
  writes.forEach(({ host, token, operation }, index) => {
    move(
      scene,
      `disk: write ${operation} of ${hostNames[host]}, token ${token}, comes to the block`,
      [{ part: 'disk', operation: { type: 'apply', index, fenceChecked } }],
    );
  });
}

function diskAnswerSteps(scene: Scene): void {
  const { answers } = scene.view.disk;
  answers.forEach(({ host, operation, result }, index) => {
    const changes: Change[] = [{ part: 'disk', operation: { type: 'answer', index } }];
    give(scene, host, { type: 'disk.answered', operation, result }, changes);
  });
}
