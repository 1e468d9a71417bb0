// What always holds of the log of a pair that gets its channel back: nothing lost, skipped, released early or dropped.
// Spec: protocol, "Reconnecting".

import type { HostIndex } from '../environment/channel.ts';
import type { HostView } from '../host.ts';
import type { Deed, SystemView } from '../system.ts';
import { greetings, isRegaining, messageTo, saidBy } from './greeting.ts';
import { expect, hostsOf, nodeOf, type SystemAlways } from './look.ts';

export const resumingProperties: readonly SystemAlways[] = [
  {
    kind: 'always',
    on: 'state',
    name: 'logging.keep-unacknowledged',
    about: 'an owner that may reconnect keeps each entry that is not acknowledged',
    requirements: ['logging.keep-unacknowledged', 'pairing.keep-until-acknowledged'],
    check({ after }) {
      const logs = hostsOf(after).flatMap((host) => {
        const log = nodeOf(after, host)?.logging;
        if (!/live\.(recording|acked)/.test(log?.state ?? '') || !log?.context.reconnect) return [];
        return log.context.sent > log.context.acknowledged ? [log.context] : [];
      });
      if (logs.length === 0) return null;
      return logs.flatMap(({ self, sent, acknowledged, unacknowledged }) =>
        expect(
          isRun(unacknowledged, acknowledged + 1) && unacknowledged.length === sent - acknowledged,
          () =>
            `${self} keeps ${unacknowledged.map(({ seq }) => seq).join(' and ') || 'nothing'} of what is above ${acknowledged}, up to ${sent}`,
        ),
      );
    },
  },
  {
    kind: 'always',
    on: 'step',
    name: 'logging.resume-at-next',
    about: 'an owner that is welcomed again sends the entries from the next one of its backup on',
    requirements: ['logging.resume-at-next'],
    check: judgeResumptions(({ deed, next, after }) => {
      const sent = saidBy(deed, 'entry');
      const last = after.logging.context.sent;
      return expect(
        isRun(sent, next) && sent.length === last - next + 1,
        () =>
          `${deed.self} sends ${sent.map(({ seq }) => seq).join(' and ') || 'nothing'}, expected ${next} to ${last}`,
      );
    }),
  },
  {
    kind: 'always',
    on: 'step',
    name: 'logging.resume-acknowledges',
    about: 'a welcome from entry k counts as an acknowledgement of k - 1',
    requirements: ['logging.resume-acknowledges'],
    check: judgeResumptions(({ deed, next, after }) => {
      const { acknowledged, waiting } = after.logging.context;
      return expect(
        acknowledged === next - 1 && waiting.every(({ seq }) => seq >= next),
        () => `${deed.self} has ${acknowledged} acknowledged, expected ${next - 1}`,
      );
    }),
  },
  {
    kind: 'always',
    on: 'step',
    name: 'logging.resume-below-acknowledged',
    about: 'no owner goes on with a backup that has not what it acknowledged',
    requirements: ['logging.resume-below-acknowledged'],
    check: judgeResumptions(({ deed, next, before }) => {
      const { acknowledged } = before.logging.context;
      return expect(
        next > acknowledged,
        () => `${deed.self} goes on from ${next}, and ${acknowledged} was acknowledged`,
      );
    }),
  },
  {
    kind: 'always',
    on: 'step',
    name: 'logging.resume-beyond-sent',
    about: 'no owner goes on with a backup that has what was never sent',
    requirements: ['logging.resume-beyond-sent'],
    check: judgeResumptions(({ deed, next, before }) => {
      const { told } = before.logging.context;
      return expect(
        next <= told + 1,
        () => `${deed.self} goes on from ${next}, and the last that it sent is ${told}`,
      );
    }),
  },
  {
    kind: 'always',
    on: 'step',
    name: 'logging.resume-not-kept',
    about: 'no backup goes on with an owner that does not keep its next entry',
    requirements: ['logging.resume-not-kept'],
    check({ before, step }) {
      const welcomed = greetings(step).filter(
        (deed) => isRegaining(before, deed.host) && saidBy(deed, 'welcome').length > 0,
      );
      if (welcomed.length === 0) return null;
      return welcomed.flatMap(({ self, host, hello }) => {
        const held = before.hosts[host]?.logging.context.held ?? 0;
        return expect(
          hello.next <= held + 1,
          () => `${self} holds ${held} and goes on with an owner that keeps from ${hello.next} on`,
        );
      });
    },
  },
  {
    kind: 'always',
    on: 'step',
    name: 'logging.reconnect-keeps-held',
    about:
      'a channel that closes, opens or is welcomed drops no held output and releases none early',
    requirements: ['logging.reconnect-keeps-held'],
    check({ before, step, after }) {
      const deeds = step.deeds.filter(
        ({ host, input }) => isOfChannel(input) && isHolding(before, host) && isHolder(after, host),
      );
      if (deeds.length === 0) return null;
      return deeds.flatMap(({ self, host, effects }) => {
        const log = after.hosts[host]?.logging.context;
        const free = (before.hosts[host]?.logging.context.waiting ?? []).filter(
          ({ seq }) => seq <= (log?.acknowledged ?? 0),
        );
        const left = (before.hosts[host]?.logging.context.waiting.length ?? 0) - free.length;
        const issued = effects.filter(
          ({ type }) => type === 'output.emit' || type === 'disk.write',
        ).length;
        return expect(
          log?.waiting.length === left && issued === free.length,
          () => `${self} issued ${issued} and holds ${log?.waiting.length}, expected ${left} held`,
        );
      });
    },
  },
];

interface Resumed {
  deed: Deed;
  next: number;
  before: HostView;
  after: HostView;
}

/** An owner was welcomed again, and goes on. */
function judgeResumptions(judge: (resumed: Resumed) => string[]): SystemAlways['check'] {
  return ({ before, step, after }) => {
    const resumed = step.deeds.flatMap((deed): Resumed[] => {
      const [old, now] = [nodeOf(before, deed.host), nodeOf(after, deed.host)];
      const message = messageTo(deed);
      if (message?.kind !== 'welcome' || old === null || now === null) return [];
      if (!/reopening/.test(old.pairing.state) || now.pairing.context.connection === 0) return [];
      return [{ deed, next: message.next, before: old, after: now }];
    });
    return resumed.length === 0 ? null : resumed.flatMap((one) => judge(one));
  };
}

const isRun = (entries: readonly { seq: number }[], from: number): boolean =>
  entries.every(({ seq }, index) => seq === from + index);

const isOfChannel = (input: Deed['input']): boolean =>
  input.type === 'channel.closed' ||
  input.type === 'channel.opened' ||
  (input.type === 'channel.arrived' && input.message.kind === 'welcome');

/** The owner of a pair that may reconnect. */
function isHolder(view: SystemView, host: HostIndex): boolean {
  const node = nodeOf(view, host);
  return node?.logging.state === 'live.acked' && node.logging.context.reconnect;
}

const isHolding = (view: SystemView, host: HostIndex): boolean =>
  isHolder(view, host) && (nodeOf(view, host)?.logging.context.waiting.length ?? 0) > 0;
