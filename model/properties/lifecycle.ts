// What always holds of the manager's operations: success is what the record says, and what is stopped stays stopped.
// Spec: protocol, "Lifecycle".

import type { HostIndex } from '../environment/channel.ts';
import { isEmission } from '../environment/guest.ts';
import { gateOf } from '../facts.ts';
import { describeRecord } from '../system/describe.ts';
import type { Deed, SystemView } from '../system.ts';
import type { NodeEffect } from '../vocabulary.ts';
import {
  expect,
  guestOf,
  hasLossyNetwork,
  hostsOf,
  isAtRest,
  nodeNamed,
  recordChange,
  type SystemAlways,
} from './look.ts';

export const lifecycleProperties: readonly SystemAlways[] = [
  {
    kind: 'always',
    on: 'step',
    name: 'lifecycle.power-off-recorded',
    about: 'a machine is reported powered off only by a node that reads off',
    requirements: ['lifecycle.power-off-recorded'],
    check: ({ step }) => successes(step.deeds, reported('enabled', 'power-off'), 'off'),
  },
  {
    kind: 'always',
    on: 'step',
    name: 'lifecycle.suspend-recorded',
    about: 'a machine is reported suspended only by a node that reads suspended',
    requirements: ['lifecycle.suspend-recorded'],
    check: ({ step }) => successes(step.deeds, reported('enabled', 'suspend'), 'suspended'),
  },
  {
    kind: 'always',
    on: 'step',
    name: 'lifecycle.turn-off-removes-eligibility',
    about: 'a pair is reported parted only when the record names no backup',
    requirements: ['lifecycle.turn-off-removes-eligibility'],
    check({ before, step }) {
      const parted = step.deeds.filter(({ effects }) => effects.some(isParting));
      if (parted.length === 0) return null;
      return parted.flatMap(({ self }) =>
        expect(
          before.arbiter.record?.backup === null && before.arbiter.record.owner === self,
          () => `${self} reports it, the record is ${describeRecord(before.arbiter.record)}`,
        ),
      );
    },
  },
  {
    kind: 'always',
    on: 'state',
    name: 'lifecycle.power-off-stops-first',
    about:
      'the guest of an owner that stops its machine does not run, nor one of a machine at rest',
    requirements: ['lifecycle.power-off-stops-first', 'lifecycle.power-off-entry-ends-replay'],
    check({ after }) {
      const { record } = after.arbiter;
      const stopped = hostsOf(after).filter(
        (host) =>
          isStopping(after, host) ||
          (isAtRest(record) && after.hosts[host]?.logging.context.token === record?.token),
      );
      if (stopped.length === 0) return null;
      return stopped.flatMap((host) =>
        expect(
          guestOf(after, host).status !== 'running',
          () =>
            `the guest of ${after.incarnations[host]} runs, the record is ${describeRecord(record)}`,
        ),
      );
    },
  },
  {
    kind: 'always',
    on: 'step',
    name: 'output.nothing-after-shutting',
    about:
      'an owner that stops its machine issues nothing, and a machine at rest emits nothing new',
    requirements: ['output.nothing-after-shutting', 'lifecycle.power-off-stops-first'],
    check({ before, step, after }) {
      const stopping = hostsOf(after).filter((host) => isStopping(after, host));
      const isResting = isStopped(before) && isStopped(after) && !hasLossyNetwork(after);
      if (stopping.length === 0 && !isResting) return null;
      const shutting = stopping.flatMap((host) => {
        const node = after.hosts[host];
        return expect(
          node == null || gateOf(node) === 'shut',
          () => `the gate of ${after.incarnations[host]} is not shut while it stops its machine`,
        );
      });
      const issuing = step.deeds.filter(
        ({ host, effects }) => isStopping(before, host) && effects.some(isIssue),
      );
      return [
        ...shutting,
        ...issuing.map(({ self }) => `${self} issued an output while it stopped its machine`),
        ...expect(
          !isResting || after.world.emitted.length === before.world.emitted.length,
          () => `something was emitted in ${describeRecord(before.arbiter.record)}`,
        ),
      ];
    },
  },
  {
    kind: 'always',
    on: 'step',
    name: 'lifecycle.power-off-logged',
    about: 'an owner tells its pair before it asks for off, on a channel that stands',
    requirements: ['lifecycle.power-off-logged'],
    check({ before, step }) {
      const asking = step.deeds.filter(
        ({ host, input, effects }) =>
          input.type === 'manager.power-off' &&
          effects.some(isPowerOffRequest) &&
          before.hosts[host]?.failover.context.record?.phase === 'protected' &&
          isChannelStanding(before, host),
      );
      if (asking.length === 0) return null;
      return asking.flatMap(({ self, effects }) =>
        expect(
          effects.findIndex(isEndEntry('power-off')) >= 0 &&
            effects.findIndex(isEndEntry('power-off')) < effects.findIndex(isPowerOffRequest),
          () => `${self} asked for off and had not told its backup`,
        ),
      );
    },
  },
  {
    kind: 'always',
    on: 'step',
    name: 'lifecycle.power-off-entry-ends-replay',
    about: 'a backup that holds a power-off never runs its guest, nor issues anything',
    requirements: [
      'lifecycle.power-off-entry-ends-replay',
      'lifecycle.power-off-finished-by-backup',
    ],
    check({ before, step }) {
      const ended = step.deeds.filter(
        ({ host }) => before.hosts[host]?.logging.context.ended === 'power-off',
      );
      if (ended.length === 0) return null;
      return ended.flatMap(({ self, effects }) =>
        expect(
          !effects.some((effect) => isIssue(effect) || effect.type === 'guest.run'),
          () => `${self} went on past the entry`,
        ),
      );
    },
  },
  {
    kind: 'always',
    on: 'step',
    name: 'lifecycle.suspend-settles-outputs',
    changes: 'record',
    about: 'when a machine is suspended its image is durable and nothing of it is under way',
    requirements: ['lifecycle.suspend-settles-outputs', 'lifecycle.image-by-token'],
    check({ before, after }) {
      const change = recordChange(before, after);
      if (change?.now.phase !== 'suspended') return null;
      const owner = change.old?.owner ?? '';
      const image = after.world.images.find(({ token }) => token === change.now.token);
      if (image === undefined) return [`no image of token ${change.now.token} is durable`];
      return [
        ...unsettled(after, owner, image.history),
        ...unlike(after, nodeNamed(after, owner), image.history),
      ];
    },
  },
  {
    kind: 'always',
    on: 'step',
    name: 'lifecycle.resume-by-record',
    about: 'an image is loaded only by the owner that the record names, under its own token',
    requirements: ['lifecycle.resume-by-record'],
    check({ before, step }) {
      const loading = step.deeds.filter(({ effects }) => effects.some(isLoad));
      if (loading.length === 0) return null;
      const { record } = before.arbiter;
      return loading.flatMap(({ self }) =>
        expect(
          record?.owner === self && record.phase === 'alone',
          () => `${self} loads the image, the record is ${describeRecord(record)}`,
        ),
      );
    },
  },
  {
    kind: 'always',
    on: 'state',
    name: 'failover.stop-before-yield',
    about: 'the guest of an owner that has yielded does not run',
    requirements: ['failover.stop-before-yield'],
    check({ after }) {
      const yielding = hostsOf(after).filter((host) => isYielding(after, host));
      if (yielding.length === 0) return null;
      return yielding.flatMap((host) =>
        expect(
          guestOf(after, host).status !== 'running',
          () => `the guest of ${after.incarnations[host]} runs after its yield`,
        ),
      );
    },
  },
  {
    kind: 'always',
    on: 'step',
    name: 'failover.yield-not-taken',
    about: 'an owner that has yielded runs its guest again only when it reads that it is alone',
    requirements: ['failover.yield-not-taken'],
    check({ before, step }) {
      const freed = step.deeds.filter(
        ({ host, effects }) => effects.some(isRun) && isYielding(before, host),
      );
      if (freed.length === 0) return null;
      return freed.flatMap(({ self, input }) =>
        expect(
          input.type === 'arbiter.answered' &&
            input.record?.phase === 'alone' &&
            input.record.owner === self,
          () => `${self} took its guest back on ${input.type}`,
        ),
      );
    },
  },
  {
    kind: 'always',
    on: 'step',
    name: 'lifecycle.test-failover-needs-running',
    about:
      'a yield is sent only by an owner that reads protected, asks nothing and suspects nobody',
    requirements: ['lifecycle.test-failover-needs-running'],
    check({ before, step }) {
      const yielding = step.deeds.filter(({ effects }) => effects.some(isEndEntry('yield')));
      if (yielding.length === 0) return null;
      return yielding.flatMap(({ host, self }) => {
        const node = before.hosts[host];
        const isAsking = before.arbiter.requests.some((one) => one.current && one.host === host);
        return expect(
          node?.failover.context.record?.phase === 'protected' &&
            !isAsking &&
            /watching\.trusting/.test(node.heartbeat.state),
          () => `${self} yielded in ${node?.pairing.state ?? 'death'}, ${node?.heartbeat.state}`,
        );
      });
    },
  },
  {
    kind: 'always',
    on: 'step',
    name: 'arbitration.declare-lost-with-proof',
    changes: 'record',
    about: 'a machine is declared lost only when its owner and an eligible backup are dead',
    requirements: ['arbitration.declare-lost-with-proof'],
    check({ before, after }) {
      const change = recordChange(before, after);
      if (change?.now.reason !== 'crashed' || change.old === null) return null;
      const { old } = change;
      const able = [old.owner, old.phase === 'protected' ? old.backup : null];
      return able.flatMap((name) =>
        expect(
          nodeNamed(before, name) === null,
          () => `${name} lives, the record was ${describeRecord(old)}`,
        ),
      );
    },
  },
];

const isStopping = (view: SystemView, host: HostIndex): boolean =>
  view.hosts[host]?.pairing.state.startsWith('owner.stopping') === true;

const isYielding = (view: SystemView, host: HostIndex): boolean =>
  view.hosts[host]?.pairing.state === 'owner.guarded.yielding';

/** By an operation: a stale owner may still let out what a diverged or dead one had acknowledged. */
const isStopped = ({ arbiter: { record } }: SystemView): boolean =>
  isAtRest(record) && (record?.reason === 'power-off' || record?.reason === 'suspend');

const reported =
  (state: string, reason: string) =>
  (effect: NodeEffect): boolean =>
    effect.type === 'report' && effect.state === state && effect.reason === reason;

function successes(
  deeds: readonly Deed[],
  isSuccess: (effect: NodeEffect) => boolean,
  phase: 'off' | 'suspended',
): string[] | null {
  const done = deeds.filter(({ effects }) => effects.some(isSuccess));
  if (done.length === 0) return null;
  return done.flatMap(({ self, input }) =>
    expect(
      input.type === 'arbiter.answered' && input.record?.phase === phase,
      () => `${self} reports success on ${input.type}`,
    ),
  );
}

const isParting = (effect: NodeEffect): boolean =>
  reported('notConfigured', 'turn-off')(effect) ||
  reported('needSecondary', 'restart-secondary')(effect);

const isIssue = ({ type }: NodeEffect): boolean => type === 'output.emit' || type === 'disk.write';
const isRun = ({ type }: NodeEffect): boolean => type === 'guest.run';
const isLoad = ({ type }: NodeEffect): boolean => type === 'guest.load';
/** The owner's channel stands: it has one, and is not waiting for the welcome that would give the pair another. */
function isChannelStanding(view: SystemView, host: HostIndex): boolean {
  const context = view.hosts[host]?.pairing.context;
  return context !== undefined && context.connection !== 0 && !context.unanswered;
}

const isPowerOffRequest = (effect: NodeEffect): boolean =>
  effect.type === 'arbiter.request' && effect.intent === 'T9';
const isEndEntry =
  (kind: 'power-off' | 'yield') =>
  (effect: NodeEffect): boolean =>
    effect.type === 'channel.send' &&
    effect.message.kind === 'entry' &&
    effect.message.entry === kind;

/** What the image says was output is outside, and no write of its owner can still change the disk. */
function unsettled(view: SystemView, owner: string, history: readonly number[]): string[] {
  const { emitted } = view.world;
  const missing = history.filter(
    (data, index) =>
      isEmission(data) &&
      !hasLossyNetwork(view) &&
      !emitted.some((one) => one.position === index + 1 && one.data === data),
  );
  const writes = view.disk.writes.filter(({ sender }) => sender === owner);
  return [
    ...missing.map((data) => `output ${data} is in the image and nowhere outside`),
    ...writes.map(({ operation }) => `write ${operation} of ${owner} is under way`),
  ];
}

function unlike(view: SystemView, host: HostIndex | null, history: readonly number[]): string[] {
  if (host === null) return [];
  const now = guestOf(view, host).history;
  return expect(
    JSON.stringify(now) === JSON.stringify(history),
    () => `the image is [${history.join(' ')}], the guest is [${now.join(' ')}]`,
  );
}
