// What the channel, the datagrams, the arbiter and the disk may do next.

import { recordAfter } from '../environment/arbiter.ts';
import { type Connection, type HostIndex, otherSide, type Side } from '../environment/channel.ts';
import type { ArbiterRecord, NodeInput } from '../vocabulary.ts';
import { type Change, hostNames } from './change.ts';
import { describeInput } from './describe.ts';
import { fairnessOfInput, weakly } from './fairness.ts';
import { declareLost } from './manager-steps.ts';
import type { Product } from './product.ts';
import { change, type Family, give, left, move, type Scene, settle, spend } from './scene.ts';
import type { Deed } from './view.ts';

export const worldFamilies = ({ slots, hosts }: Product): Family[] => [
  ...slots.ends.flatMap((_, slot) => channelFamilies(slot)),
  datagramSteps,
  attemptSteps,
  ...hosts.map(
    (host): Family =>
      (scene) =>
        answerSteps(scene, host),
  ),
  { needs: [(scene) => left(scene, 'losses'), isArbiterBusy], run: lossSteps },
  fenceSteps,
  writeSteps,
  diskAnswerSteps,
  { needs: [(scene) => left(scene, 'commands')], run: declareLost },
];

const channelFamilies = (slot: number): Family[] => [
  (scene) => standStep(scene, slot),
  (scene) => takeStep(scene, slot, 0),
  (scene) => endStep(scene, slot, 0),
  breakFamily(slot, 0),
  (scene) => takeStep(scene, slot, 1),
  (scene) => endStep(scene, slot, 1),
  breakFamily(slot, 1),
];

const breakFamily = (slot: number, side: Side): Family => ({
  needs: [
    (scene) => left(scene, 'breaks'),
    (scene) => connectionOf(scene, slot)?.open.every(Boolean) === true,
  ],
  run: (scene) => breakStep(scene, slot, side),
});

function takeStep(scene: Scene, slot: number, side: Side): void {
  const message = scene.view.headOf(slot, side);
  const connection = scene.view.channels[slot];
  if (message === null || connection == null) return;
  const host = hostAt(scene, slot, side);
  const arrived = {
    type: 'channel.arrived' as const,
    connection: connection.number,
    message: scene.product.message(message),
  };
  const take: Change = { part: 'channels', operation: { type: 'take', slot, side } };
  if (isDeaf(scene, host, arrived)) {
    const fairness = fairnessOfInput(hostNames[host] ?? '', arrived, [take]);
    move(scene, describeInput(hostNames[host] ?? '', arrived), [take], {
      fairness,
      isConfluent: true,
    });
    return;
  }
  give(scene, host, arrived, [take]);
}

/** It has halted, for good, and no chart has a use for the input. */
const isDeaf = ({ view, product }: Scene, host: HostIndex, input: NodeInput): boolean =>
  isHonest(product) && view.hosts[host]?.pairing.state === 'halted' && !product.isUsed(host, input);

/** Nobody records what is under way, or answers what was asked long ago. */
const isHonest = ({ bounds: { recordings, injections, misdeeds } }: Product): boolean =>
  recordings + injections + misdeeds === 0;

/** An end learns that the other has closed. */
function endStep(scene: Scene, slot: number, side: Side): void {
  const connection = scene.view.channels[slot];
  if (connection?.standing !== true || !connection.open[side]) return;
  if (!connection.open[otherSide(side)]) close(scene, slot, side, connection.number);
}

function breakStep(scene: Scene, slot: number, side: Side): void {
  if (!left(scene, 'breaks')) return;
  const connection = connectionOf(scene, slot);
  if (connection?.open.every(Boolean) !== true) return;
  close(scene, slot, side, connection.number, spend('breaks'));
}

/** Null: none, or one that does not stand yet. */
function connectionOf({ view }: Scene, slot: number): Connection | null {
  const connection = view.channels[slot];
  return connection?.standing === true ? connection : null;
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

/** Both ends stand, or the opener learns that it is closed. */
function standStep(scene: Scene, slot: number): void {
  const connection = scene.view.channels[slot];
  if (connection == null || connection.standing) return;
  const { number, displaced } = connection;
  const [opener, other] = [hostAt(scene, slot, 0), hostAt(scene, slot, 1)];
  const { hosts, incarnations } = scene.view;
  const acceptor = hosts[other] ?? null;
  if (acceptor === null) {
    give(scene, opener, { type: 'channel.closed', connection: number }, [
      { part: 'channels', operation: { type: 'end', slot, side: 0 } },
    ]);
    return;
  }
  const draft = scene.product.draft();
  const deeds: Deed[] = [];
  const tell = (host: HostIndex, input: NodeInput): void => {
    deeds.push(...settle(scene, draft, host, input));
  };
  if (displaced !== 0) tell(other, { type: 'channel.closed', connection: displaced });
  change(scene, draft, [{ part: 'channels', operation: { type: 'stand', slot } }]);
  tell(other, { type: 'channel.opened', connection: number, peer: incarnations[opener] ?? '' });
  tell(opener, { type: 'channel.opened', connection: number, peer: incarnations[other] ?? '' });
  const label = `world: channel ${number} stands`;
  scene.push({ label, deeds, fairness: weakly(label) }, draft);
}

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
  const { arbiter } = scene.view;
  arbiter.requests.forEach((request, index) => {
    const { record } = arbiter;
    const { sender, intent, current } = request;
    const late = current ? '' : ' (late)';
    const after = recordAfter(record, request);
    const label = `arbiter: attempts ${intent} of ${sender}${late}`;
    const changes: Change[] = [
      { part: 'arbiter', operation: { type: 'attempt', index, record: after } },
      ...(after === record ? [] : [putting(after), ...newRun(record, after)]),
    ];
    const isStale = !current && request.version < (record?.version ?? 0);
    const isFutile = isHonest(scene.product) && isStale;
    // Were it lost instead, that loss would be spent on nothing.
    if (isFutile && !left(scene, 'losses')) move(scene, label, changes, { isConfluent: true });
    else move(scene, label, changes);
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

function answerSteps(scene: Scene, host: HostIndex): void {
  for (const { index, record } of scene.view.answersTo(host)) {
    const take: Change = { part: 'arbiter', operation: { type: 'answer', index } };
    give(scene, host, { type: 'arbiter.answered', nonce: 'current', record }, [take]);
  }
}

const isArbiterBusy = ({ view: { arbiter } }: Scene): boolean =>
  arbiter.requests.length + arbiter.answers.length > 0;

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
  answers.forEach(({ host, operation, result, awaited }, index) => {
    const changes: Change[] = [{ part: 'disk', operation: { type: 'answer', index } }];
    if (awaited) give(scene, host, { type: 'disk.answered', operation, result }, changes);
    else move(scene, `disk: nobody waits for the answer to ${operation}`, changes);
  });
}
