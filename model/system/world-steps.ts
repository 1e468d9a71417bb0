// What the channel, the datagrams, the arbiter and the disk may do next.

import { recordAfter } from '../environment/arbiter.ts';
import { type HostIndex, otherHost } from '../environment/channel.ts';
import type { ArbiterRecord, NodeInput } from '../vocabulary.ts';
import type { Change } from './change.ts';
import { type Deed, hostNames } from './product.ts';
import { change, give, left, move, type Scene, settle, spend } from './scene.ts';

export function channelSteps(scene: Scene): void {
  for (const slot of [0, 1] as const) {
    const connection = scene.view.channels[slot];
    if (connection === null) continue;
    const { number } = connection;
    if (!connection.standing) {
      stand(scene, slot, number);
      continue;
    }
    for (const host of [0, 1] as const) {
      if (!connection.open[host]) continue;
      const [message] = connection.toward[host];
      if (message !== undefined) {
        const input = {
          type: 'channel.arrived' as const,
          connection: number,
          message: scene.product.message(message),
        };
        give(scene, host, input, [
          { part: 'channels', operation: { type: 'take', slot, by: host } },
        ]);
      }
      const isHalfClosed = !connection.open[otherHost(host)];
      if (!isHalfClosed && !left(scene, 'breaks')) continue;
      give(scene, host, { type: 'channel.closed', connection: number }, [
        { part: 'channels', operation: { type: 'end', slot, at: host } },
        ...(isHalfClosed ? [] : spend('breaks')),
      ]);
    }
  }
}

/** Both ends stand, or the opener learns that it is closed. An end that was not told of a former close is told now. */
function stand(scene: Scene, slot: HostIndex, number: number): void {
  const other = otherHost(slot);
  const { hosts, incarnations } = scene.view;
  if (hosts[other] === null) {
    give(scene, slot, { type: 'channel.closed', connection: number }, [
      { part: 'channels', operation: { type: 'end', slot, at: slot } },
    ]);
    return;
  }
  const state = [...scene.state];
  const former = hosts[other]?.pairing.context.connection ?? 0;
  const deeds: Deed[] = [];
  const tell = (host: HostIndex, input: NodeInput): void => {
    const deed = settle(scene, state, host, input);
    deeds.push(...deed);
  };
  if (former !== 0 && former < number) {
    tell(other, { type: 'channel.closed', connection: former });
  }
  change(scene, state, [{ part: 'channels', operation: { type: 'stand', slot } }]);
  tell(other, { type: 'channel.opened', connection: number, peer: incarnations[slot] });
  tell(slot, { type: 'channel.opened', connection: number, peer: incarnations[other] });
  scene.push({ label: `world: channel ${number} stands`, deeds }, state);
}

export function datagramSteps(scene: Scene): void {
  for (const { to, message } of scene.view.datagrams) {
    const drop: Change = { part: 'datagrams', operation: { type: 'drop', to, message } };
    give(scene, to, { type: 'datagram.arrived', message: scene.product.message(message) });
    const state = [...scene.state];
    change(scene, state, [drop]);
    scene.push({ label: `world: a datagram to ${hostNames[to]} is lost`, deeds: [] }, state);
  }
}

export function arbiterSteps(scene: Scene): void {
  const { requests, answers, record: before } = scene.view.arbiter;
  requests.forEach((request, index) => {
    const { host, sender, intent, current } = request;
    const late = current ? '' : ' (late)';
    move(scene, `arbiter: attempts ${intent} of ${sender}${late}`, [
      { part: 'arbiter', operation: { type: 'attempt', index } },
      ...newRun(before, recordAfter(scene.view.arbiter, request)),
    ]);
    if (left(scene, 'losses')) {
      move(scene, `arbiter: loses ${intent} of ${hostNames[host]}`, [
        { part: 'arbiter', operation: { type: 'lose', index } },
        ...spend('losses'),
      ]);
    }
  });
  answers.forEach(({ host, record }, index) => {
    const take: Change = { part: 'arbiter', operation: { type: 'answer', index } };
    give(scene, host, { type: 'arbiter.answered', nonce: 'current', record }, [take]);
    if (left(scene, 'losses')) {
      const changes = [take, ...spend('losses')];
      move(scene, `arbiter: loses its answer to ${hostNames[host]}`, changes);
    }
  });
}

/** A record that was off and has an owner: the machine boots afresh, and what was emitted was another run. */
function newRun(before: ArbiterRecord | null, after: ArbiterRecord | null): Change[] {
  if (before?.phase !== 'off' || after?.owner == null) return [];
  return [{ part: 'world', operation: { type: 'begin', token: after.token } }];
}

export function diskSteps(scene: Scene): void {
  const { fences, writes, answers } = scene.view.disk;
  const { fenceChecked } = scene.product.variant;
  fences.forEach(({ host, token }, index) => {
    move(scene, `disk: fence ${token} of ${hostNames[host]} holds`, [
      { part: 'disk', operation: { type: 'raise', index } },
    ]);
  });
  writes.forEach(({ host, token, operation }, index) => {
    move(
      scene,
      `disk: write ${operation} of ${hostNames[host]}, token ${token}, comes to the block`,
      [{ part: 'disk', operation: { type: 'apply', index, fenceChecked } }],
    );
  });
  answers.forEach(({ host, operation, result }, index) => {
    const changes: Change[] = [{ part: 'disk', operation: { type: 'answer', index } }];
    give(scene, host, { type: 'disk.answered', operation, result }, changes);
  });
}
