// The slices of a backup that is replaced: the owner's way with both beside it, and that of the replacement, which waits
// for the record. Spec: protocol, "Migration".

import type { ArbiterRecord, Incarnation, Message, MessageBody } from '../vocabulary.ts';
import { createSlice } from './frame.ts';
import {
  answered,
  arbiterFailed,
  backup,
  beatFrom,
  deadline,
  diskAnswered,
  guestApplied,
  guestCopied,
  guestOutput,
  hello,
  joinEpoch,
  managerOperation,
  onlyTo,
  owner,
  ownerOpens,
  records,
  symbol,
} from './inputs.ts';
import { ownerProtected } from './preambles.ts';
import type { Slice, SliceView, SymbolicInput } from './slice.ts';

/** Who is to replace the backup, on a host of its own. */
const other: Incarnation = 'c#1';
/** The connection of the pair, and that of the one attempt of a slice. */
const paired = 1;
const attemptMax = 2;

const managerReplace = (name: string, peer: Incarnation): SymbolicInput =>
  symbol(name, ({ connectionMax }) =>
    connectionMax >= attemptMax ? null : { type: 'manager.replace-backup', peer },
  );

const otherOpens: SymbolicInput = symbol('channel.opened', ({ opening }) =>
  opening === 0 ? null : { type: 'channel.opened', connection: opening, peer: other },
);

const closedOf = (name: string, isIt: (connection: number) => boolean): SymbolicInput =>
  symbol(name, ({ connections, opening }) => {
    const connection = [...connections, opening].find((one) => one > 0 && isIt(one));
    return connection === undefined ? null : { type: 'channel.closed', connection };
  });

/** A message in the present epoch of the owner, on the connection that it belongs to. */
const from = (
  peer: Incarnation,
  name: string,
  of: (view: SliceView) => MessageBody,
): SymbolicInput =>
  symbol(name, (view) => {
    const connection = view.connections.find((one) => (one === paired) === (peer === backup));
    if (connection === undefined) return null;
    const envelope: Omit<Message, 'kind'> = { vm: 'vm', epoch: view.facts.epoch, from: peer };
    return { type: 'channel.arrived', connection, message: { ...envelope, ...of(view) } };
  });

/** The record as the owner's request leaves it, from the one that it read last. */
const answeredBy = (
  name: string,
  intents: readonly NonNullable<SliceView['asking']>[],
  change: (view: SliceView) => Partial<ArbiterRecord>,
): SymbolicInput =>
  symbol(`arbiter.answered ${name}`, (view) => {
    if (view.asking === null || !intents.includes(view.asking)) return null;
    const { version, epoch } = view.facts;
    const before = { ...records.protected, version, epoch, backup: backupOf(view) };
    return { type: 'arbiter.answered', nonce: 'current', record: { ...before, ...change(view) } };
  });

const backupOf = ({ facts }: SliceView): Incarnation => (facts.epoch > joinEpoch ? other : backup);

const swapped = ({ facts }: SliceView): { version: number; epoch: number } => ({
  version: facts.version + 1,
  epoch: facts.epoch + 1,
});

/** What a record of the pair that was says, where this node is the one that is to replace another. */
const beside = {
  protected: { ...records.protected, backup: other },
  replaced: { ...records.protected, version: 4, epoch: 3, reason: 'replace-backup' },
  touched: { ...records.protected, version: 4, backup: other, reason: 'give-up' },
  taken: { ...records.taken, owner: other },
  won: { ...records.taken, version: 5, epoch: 4, token: 4 },
} as const satisfies { [name: string]: ArbiterRecord };

/** It counts J once: a second attempt in the epoch that was read would count it anew. */
const replacingHello = (name: string, configuration: 'equal' | 'different'): SymbolicInput => {
  const { resolve } = hello(name, { replaces: beside.protected.version, configuration });
  return symbol(name, (view) => (view.facts.epoch === joinEpoch ? null : resolve(view)));
};

const nextEpoch = { epoch: joinEpoch + 1 };

/** An entry before the copy is nobody's: what comes of it is not said. */
const entryOf = (name: string, epoch: number, from = owner): SymbolicInput =>
  symbol(name, ({ connections, facts, position }) => {
    const connection = connections.at(-1);
    const isReady = facts.guest === 'replaying' && facts.held === 0;
    if (connection === undefined || !isReady) return null;
    const log = { seq: 1, position: position + 1, data: 0, watermark: 0 };
    const body: MessageBody = { kind: 'entry', entry: 'output', channel: 'console', ...log };
    return {
      type: 'channel.arrived',
      connection,
      message: { vm: 'vm', epoch, from, ...body },
    };
  });

/** The copy of a guest that stands at its start; a second one comes to nobody. */
const copyOnce = symbol('copy', ({ connections }) => {
  const connection = connections.at(-1);
  if (connection === undefined) return null;
  const body: MessageBody = { kind: 'copy', position: 0, state: [], open: [], operations: 0 };
  return {
    type: 'channel.arrived',
    connection,
    message: { vm: 'vm', epoch: joinEpoch, from: owner, ...body },
  };
});

/** Nobody speaks of the next epoch, nor does a record name it, before whoever is to replace the backup is ready. */
const onceReady = ({ name, resolve }: SymbolicInput): SymbolicInput =>
  symbol(name, (view) => {
    const { role, guest } = view.facts;
    return role === 'backup' && guest !== 'replaying' ? null : resolve(view);
  });

export const replacingSlices: readonly Slice[] = [
  createSlice({
    name: 'replace-owner',
    about: 'the owner of a pair whose backup is replaced: each step, each loss, each record',
    node: 'owner',
    requirements: [
      'lifecycle.backup-migration-replaces',
      'lifecycle.backup-migration-quiesces',
      'lifecycle.one-migration',
      'pairing.migration-keeps-hosts-distinct',
      'pairing.replacement-caught-up',
      'pairing.replacement-at-rest',
      'pairing.replacement-given-up',
    ],
    preamble: ownerProtected,
    entriesMax: 64,
    positionMax: 1,
    alphabet: [
      managerReplace('manager.replace-backup', other),
      managerReplace('manager.replace-backup own host', 'p#2'),
      managerReplace('manager.replace-backup the backup', backup),
      managerOperation('turn-off'),
      guestOutput('console'),
      guestCopied,
      from(backup, 'acknowledge all', ({ facts }) => ({
        kind: 'acknowledge',
        upto: facts.sent,
        applied: 0,
      })),
      from(backup, 'diverged', () => ({ kind: 'diverged', seq: 1 })),
      otherOpens,
      from(other, 'welcome', () => ({ kind: 'welcome', next: 1 })),
      from(other, 'welcome, another next', () => ({ kind: 'welcome', next: 2 })),
      from(other, 'ready', () => ({ kind: 'ready' })),
      from(other, 'refuse', () => ({ kind: 'refuse', code: 'busy' })),
      closedOf('channel.closed, the backup', (one) => one === paired),
      closedOf('channel.closed, the replacement', (one) => one !== paired),
      deadline('join'),
      deadline('retry'),
      answeredBy('protected, as before', ['T7', 'T14', 'T15'], () => ({})),
      answeredBy('protected, the replacement', ['T14'], (view) => ({
        ...swapped(view),
        backup: other,
        reason: 'replace-backup',
      })),
      answeredBy('protected, touched', ['T15'], ({ facts }) => ({
        version: facts.version + 1,
        reason: 'give-up',
      })),
      answeredBy('alone, owner me', ['T7', 'T14', 'T15'], (view) => ({
        ...swapped(view),
        phase: 'alone',
        backup: null,
        reason: 'lost-backup',
      })),
      answeredBy('alone, owner the backup', ['T7', 'T14', 'T15'], (view) => ({
        ...swapped(view),
        phase: 'alone',
        owner: backupOf(view),
        backup: null,
        token: view.facts.epoch + 1,
        reason: 'takeover',
      })),
      arbiterFailed,
    ],
  }),
  createSlice({
    name: 'replace-backup',
    about: 'a node that is to replace the backup: its hello, what it waits for, and each record',
    node: 'backup',
    requirements: [
      'pairing.replacement-waits-for-record',
      'pairing.eligible-when-recorded',
      'pairing.hello-checks',
      'failover.read-before-discard',
    ],
    preamble: [ownerOpens],
    entriesMax: 64,
    positionMax: 1,
    alphabet: [
      replacingHello('hello, replaces', 'equal'),
      replacingHello('hello, replaces, other configuration', 'different'),
      ...[
        hello('hello next epoch', {}, nextEpoch),
        hello('hello next epoch, other configuration', { configuration: 'different' }, nextEpoch),
        hello('hello next epoch, another next', { next: 2 }, nextEpoch),
        hello('hello next epoch, replaces', { replaces: beside.replaced.version }, nextEpoch),
        hello('hello next epoch of another', {}, { ...nextEpoch, from: 'p#2' }),
        beatFrom('beat next epoch', { ...nextEpoch, from: owner }),
        answered('protected, this node', beside.replaced),
      ].map(onceReady),
      copyOnce,
      entryOf('entry', joinEpoch),
      entryOf('entry next epoch', joinEpoch + 1),
      entryOf('entry of another life', joinEpoch, 'p#2'),
      guestApplied,
      beatFrom('beat', { epoch: joinEpoch, from: owner }),
      closedOf('channel.closed', () => true),
      deadline('join'),
      deadline('beat-timeout'),
      deadline('retry'),
      answered('protected, as before', beside.protected),
      answered('protected, touched', beside.touched),
      answered('alone, owner the backup', beside.taken),
      onlyTo(['T6'], answered('alone, owner me', beside.won)),
      arbiterFailed,
      diskAnswered('done'),
    ],
  }),
];
