// What a closed channel of a running pair must really come to in some run. Spec: protocol, "Reconnecting".

import type { Deed, SystemView } from '../system.ts';
import { messageTo } from './greeting.ts';
import { type SystemSometimes, witness } from './witness.ts';

export const reconnectingWitnesses: readonly SystemSometimes[] = [
  witness(
    'opens-again',
    'the owner of a pair opens a connection though it is joining nobody',
    ['pairing.closed-channel-is-silence'],
    { effect: ({ type }) => type === 'channel.open', when: isReopening },
  ),
  witness(
    'resends-entries',
    'an owner that is welcomed again sends an entry again',
    ['logging.resume-at-next', 'logging.keep-unacknowledged'],
    { effect: says('entry'), deed: isWelcomed },
  ),
  witness(
    'releases-by-welcome',
    'an output whose acknowledgement was lost leaves when its owner is welcomed again',
    ['logging.resume-acknowledges'],
    { effect: ({ type }) => type === 'output.emit', deed: isWelcomed },
  ),
  witness(
    'replaces-a-connection',
    'a backup that accepts a connection closes the older one, which still stood',
    ['pairing.newer-connection-replaces'],
    { effect: ({ type }) => type === 'channel.close', deed: isGreeted, when: isBacking },
  ),
  witness(
    'withdraws-by-hello',
    'a backup that suspects its silent owner is greeted again, and trusts it',
    ['heartbeat.suspicion-withdrawn'],
    {
      effect: says('welcome'),
      deed: isGreeted,
      when: ({ before, after }, { host }) =>
        /suspecting/.test(before.hosts[host]?.heartbeat.state ?? '') &&
        /trusting/.test(after.hosts[host]?.heartbeat.state ?? ''),
    },
  ),
  witness(
    'refuses-while-arbitrating',
    'a backup whose swap is unresolved refuses to go on',
    ['pairing.arbitrating-answer'],
    {
      effect: (effect) =>
        effect.type === 'channel.send' &&
        effect.message.kind === 'refuse' &&
        effect.message.code === 'arbitrating',
    },
  ),
  witness(
    'gives-an-attempt-up',
    'an owner that suspects its backup closes the connection on which it was not welcomed',
    ['heartbeat.suspect-on-silence'],
    {
      effect: ({ type }) => type === 'channel.close',
      when: ({ before }, { host }) => /reopening/.test(before.hosts[host]?.pairing.state ?? ''),
    },
  ),
];

interface States {
  before: SystemView;
  after: SystemView;
}

function says(kind: 'entry' | 'welcome') {
  return (effect: Deed['effects'][number]): boolean =>
    effect.type === 'channel.send' && effect.message.kind === kind;
}

function isReopening({ after }: States, { host }: Deed): boolean {
  return /reopening/.test(after.hosts[host]?.pairing.state ?? '');
}

function isBacking({ before }: States, { host }: Deed): boolean {
  return before.hosts[host]?.pairing.state === 'backup.ready';
}

function isWelcomed(deed: Deed): boolean {
  return messageTo(deed)?.kind === 'welcome';
}

function isGreeted(deed: Deed): boolean {
  return messageTo(deed)?.kind === 'hello';
}
