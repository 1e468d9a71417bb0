// The slices of a pair that may get its channel back, one on each side: a channel that closes, every answer to the hello
// that follows, and what ends the attempt. Spec: protocol, "Reconnecting".

import { createSlice } from './frame.ts';
import {
  acknowledgement,
  answered,
  backup,
  boundedEntry,
  channelClosed,
  channelOpened,
  deadline,
  entry,
  fromPeer,
  guestApplied,
  guestDiverged,
  guestOutput,
  hello,
  joinEpoch,
  managerOperation,
  onlyTo,
  owner,
  records,
} from './inputs.ts';
import { backupReady, ownerProtected } from './preambles.ts';
import type { Slice, SliceView, SymbolicInput } from './slice.ts';

/** Connections of an owner: the first, one opened again, and one more that shows that it can be done twice. */
const connectionsMax = 3;
/** Of a backup, which only waits for them: the first and another. */
const connectionsTakenMax = 2;

const closedOfBounded: SymbolicInput = {
  name: channelClosed.name,
  resolve: (view) => (newestOf(view) < connectionsMax ? channelClosed.resolve(view) : null),
};

const newestOf = ({ connections, opening }: SliceView): number => connections.at(-1) ?? opening;

/** Nobody acknowledges anything on a connection before he has welcomed it. */
const onceWelcomed = ({ name, resolve }: SymbolicInput): SymbolicInput => ({
  name,
  resolve: (view) => (view.greeting ? null : resolve(view)),
});

const welcome = (name: string, next: (view: SliceView) => number): SymbolicInput =>
  fromPeer(backup, name, (view) => ({ kind: 'welcome', next: next(view) }));

/** The owner opens a connection to this node, whether or not the former has closed. */
const ownerOpensAgain: SymbolicInput = {
  name: 'channel.opened',
  resolve: ({ connectionMax }) =>
    connectionMax >= connectionsTakenMax
      ? null
      : { type: 'channel.opened', connection: connectionMax + 1, peer: owner },
};

const helloFrom = (name: string, next: (view: SliceView) => number): SymbolicInput => ({
  name,
  resolve: (view) => hello(name, { next: next(view) }).resolve(view),
});

export const reconnectingSlices: readonly Slice[] = [
  createSlice({
    name: 'reconnect-owner',
    about: 'the owner of a pair whose channel closes: another connection, each welcome, each end',
    node: 'owner',
    requirements: [
      'pairing.closed-channel-is-silence',
      'logging.keep-unacknowledged',
      'logging.resume-at-next',
      'logging.resume-acknowledges',
      'logging.resume-below-acknowledged',
      'logging.resume-beyond-sent',
      'logging.reconnect-keeps-held',
      'heartbeat.suspect-on-silence',
    ],
    preamble: ownerProtected,
    entriesMax: 2,
    reconnect: true,
    positionMax: 2,
    alphabet: [
      guestOutput('console'),
      closedOfBounded,
      channelOpened,
      welcome('welcome next', ({ facts }) => facts.acknowledged + 1),
      welcome('welcome all', ({ facts }) => facts.sent + 1),
      welcome('welcome below acknowledged', ({ facts }) => facts.acknowledged),
      welcome('welcome beyond sent', ({ facts }) => facts.sent + 2),
      fromPeer(backup, 'refuse', () => ({ kind: 'refuse', code: 'arbitrating' })),
      onceWelcomed(acknowledgement('acknowledge next', ({ facts }) => facts.acknowledged + 1)),
      deadline('channel-timeout'),
      managerOperation('turn-off'),
      answered('protected', records.protected),
      answered('alone, owner me', records.ownerAlone),
    ],
  }),
  createSlice({
    name: 'reconnect-backup',
    about: 'a ready backup whose channel closes or is replaced: every check of the hello again',
    node: 'backup',
    requirements: [
      'pairing.closed-channel-is-silence',
      'pairing.newer-connection-replaces',
      'pairing.arbitrating-answer',
      'pairing.sealed-refuses',
      'pairing.hello-checks',
      'logging.resume-not-kept',
      'failover.read-before-discard',
    ],
    preamble: backupReady,
    entriesMax: 64,
    reconnect: true,
    positionMax: 1,
    alphabet: [
      boundedEntry('entry next', 'output', 1),
      entry('entry duplicate', ({ facts }) => Math.max(1, facts.held)),
      guestApplied,
      guestDiverged,
      channelClosed,
      ownerOpensAgain,
      helloFrom('hello from what is held', ({ facts }) => facts.held + 1),
      hello('hello from the first entry'),
      helloFrom('hello beyond held', ({ facts }) => facts.held + 2),
      hello('hello other configuration', { configuration: 'different' }),
      hello('hello next epoch', {}, { epoch: joinEpoch + 1 }),
      hello('hello of another life', {}, { from: 'p#2' }),
      deadline('channel-timeout'),
      answered('joining', records.joining),
      answered('protected', records.protected),
      onlyTo(['T6'], answered('alone, owner the backup', records.taken)),
    ],
  }),
];
