// The rows: named explorations, each exhausted within its bounds. A row says what is on, what is off, and why the
// bounds are enough for what it is for. One row alone proves little; together they cover every witness.

import { forgeries, type Misdeed } from './environment/adversary.ts';
import type { CountBound } from './environment/bound-kinds.ts';
import type { Bounds } from './environment/manager.ts';

export interface Row {
  name: string;
  about: string;
  why: string;
  bounds: Bounds;
  /** The bounds that cut nothing off, so that twice as much gives the same states, each with its reason. */
  saturated: Partial<Record<CountBound, string>>;
  /** What must happen in the end is judged too: the whole graph is kept. */
  liveness?: true;
}

/** Nothing goes wrong but silence on the channel, which may be seen at any time. */
export const calm: Bounds = {
  hosts: 2,
  starts: 1,
  joins: 1,
  crashes: 0,
  restarts: 0,
  breaks: 0,
  losses: 0,
  retries: 0,
  divergences: 0,
  commands: 0,
  operations: [],
  unsavable: false,
  outputs: ['console'],
  inputs: false,
  positionsMax: 2,
  entriesMax: 64,
  network: 'at-least-once',
  reconnect: false,
  lagging: false,
  suspicion: true,
  beats: false,
  alives: false,
  joinTimeout: false,
  throttleMax: 0,
  rivals: false,
  datagramsMax: 0,
  recordings: 0,
  injections: 0,
  misdeeds: 0,
  wire: 'authenticated',
  forged: [],
  misdone: [],
};

/** What a manager and a peer may do wrong of themselves: an old answer needs one that was recorded. */
export const misdoing: readonly Misdeed[] = [
  'misplaced-operation',
  'same-host',
  'acknowledge-beyond-sent',
  'future-acknowledge',
  'unknown-entry',
  'gap',
  'misplaced-welcome',
];

/** A pair and a third host, which the manager may put in the place of the backup, once. */
export const replacing: Bounds = {
  ...calm,
  hosts: 3,
  operations: ['replace-backup'],
  commands: 1,
  crashes: 1,
  retries: 1,
  positionsMax: 1,
};

const starts =
  'p alone is told to start, and is idle again only after it was a backup, or as a new life';
const breaks = 'one joining opens one connection, which breaks once';
const entriesMax = 'no run leaves as many entries unacknowledged';

export const rows: readonly Row[] = [
  {
    name: 'core',
    about: 'one pairing, three outputs, one crash of either host, one broken channel',
    why: 'an output before G, one after it and one after the takeover are all that the gate tells apart',
    bounds: { ...calm, crashes: 1, breaks: 1, positionsMax: 3 },
    saturated: { starts, breaks, entriesMax },
  },
  {
    name: 'again',
    about: 'a second pairing after a takeover or a going alone, then another failure',
    why: 'two epochs of pairing are where old messages, requests and connections meet new ones',
    bounds: { ...calm, joins: 2, crashes: 1, breaks: 1 },
    saturated: { entriesMax },
  },
  {
    name: 'arbiter-loss',
    about: 'a request or an answer of the arbiter is lost, requests are sent again and come late',
    why: 'one lost answer and two repeats give every order of a late request and its repeat',
    bounds: { ...calm, crashes: 1, breaks: 1, losses: 1, retries: 2, positionsMax: 1 },
    saturated: { starts, breaks, entriesMax },
  },
  {
    name: 'restart',
    about: 'a host dies and returns as a new life while the record still names the old one',
    why: 'one restart is what tells an incarnation from a host',
    bounds: { ...calm, joins: 2, crashes: 1, restarts: 1, positionsMax: 1 },
    saturated: { restarts: 'one crash leaves one host that can return', entriesMax },
  },
  {
    name: 'disk',
    about: 'writes of one block, in flight at the storage, across crash and takeover',
    why: 'a write before the takeover, its repetition and a later write are all that the fence orders',
    bounds: { ...calm, outputs: ['disk'], crashes: 1, breaks: 1 },
    saturated: { starts, breaks, entriesMax },
  },
  {
    name: 'heartbeat',
    about:
      'beats lost, delayed and doubled, keep-alives, suspicion on both paths and its withdrawal',
    why: 'the paths are independent, so one datagram and one message under way show every order',
    bounds: {
      ...calm,
      beats: true,
      alives: true,
      datagramsMax: 1,
      positionsMax: 1,
      wire: 'open',
    },
    saturated: { starts, entriesMax },
  },
  {
    name: 'divergence',
    about: 'a lagging backup contradicts its log before or after it has asked for ownership',
    why: 'one divergence among two entries is before, at or after the entry last held',
    bounds: { ...calm, divergences: 1, breaks: 1, lagging: true },
    saturated: {
      starts,
      breaks,
      divergences: 'one joining makes one backup, and a guest diverges once',
      entriesMax,
    },
  },
  {
    name: 'flow',
    about: 'a log of one entry, inputs and outputs on a network whose packets may be lost',
    why: 'one entry unacknowledged is the fullest log there is',
    bounds: {
      ...calm,
      crashes: 1,
      breaks: 1,
      inputs: true,
      outputs: ['network'],
      network: 'may-be-lost',
      entriesMax: 1,
      joinTimeout: true,
    },
    saturated: { starts, breaks },
  },
  {
    name: 'rivals',
    about: 'both hosts are told to power on, before and after the record exists',
    why: 'two starts race once on an absent record and once on one that is in use',
    bounds: { ...calm, starts: 3, rivals: true, crashes: 1, breaks: 1, positionsMax: 1 },
    saturated: { breaks, entriesMax },
  },
  {
    name: 'third',
    about: 'a takeover, a pairing with a third host, and a takeover by that host',
    why: 'two crashes and two joinings are the shortest way to a second failover, one joining more and one broken channel let one of them fail; false suspicion is in the rows of two hosts',
    bounds: {
      ...calm,
      hosts: 3,
      joins: 3,
      crashes: 2,
      breaks: 1,
      suspicion: false,
      positionsMax: 1,
    },
    saturated: { entriesMax },
  },
  {
    name: 'power-off',
    about: 'a machine is powered off, alone or as a pair, while its hosts fail',
    why: 'one power-off meets one crash and one suspicion before its entry, between entry and record, and after both',
    bounds: {
      ...calm,
      operations: ['power-off'],
      commands: 1,
      crashes: 1,
      breaks: 1,
      positionsMax: 1,
    },
    saturated: { breaks, entriesMax },
  },
  {
    name: 'off-and-on',
    about: 'a machine is powered off and on again while its hosts may die',
    why: 'one of each, with one crash, is where what is left of the old run meets the new one',
    bounds: {
      ...calm,
      operations: ['power-off'],
      commands: 1,
      starts: 2,
      crashes: 1,
      positionsMax: 1,
    },
    saturated: {
      starts: 'one power-off lets the machine be started once more',
      entriesMax,
    },
  },
  {
    name: 'suspend',
    about: 'a machine is suspended, alone or as a pair, and both hosts are told to resume it',
    why: 'three operations are a suspend and a race to resume, or a stale suspend, a new one and a resume',
    bounds: {
      ...calm,
      operations: ['suspend', 'resume'],
      commands: 3,
      breaks: 1,
      positionsMax: 1,
    },
    saturated: { breaks, entriesMax },
  },
  {
    name: 'suspend-disk',
    about:
      'a machine with a write under way is suspended and resumed; its image may fail to be saved',
    why: 'one write is open, answered or taken when the image is made; the resumed guest takes what it had not',
    bounds: {
      ...calm,
      operations: ['suspend', 'resume'],
      commands: 2,
      outputs: ['disk'],
      unsavable: true,
      positionsMax: 1,
    },
    saturated: { entriesMax },
  },
  {
    name: 'turn-off',
    about:
      'protection is turned off, or a backup given up, while either host may suspect the other',
    why: 'one operation meets one crash and one broken channel; what follows is the going alone of other rows',
    bounds: {
      ...calm,
      operations: ['turn-off', 'restart-secondary'],
      commands: 1,
      crashes: 1,
      breaks: 1,
      positionsMax: 1,
    },
    saturated: { starts, breaks, entriesMax },
  },
  {
    name: 'test-failover',
    about: 'an owner yields to a lagging backup, which takes the machine or does not',
    why: 'one yield, one output before it and the wait for it race with one crash and one broken channel',
    bounds: {
      ...calm,
      operations: ['test-failover'],
      commands: 1,
      crashes: 1,
      breaks: 1,
      lagging: true,
      positionsMax: 1,
    },
    saturated: { starts, breaks, entriesMax },
  },
  {
    name: 'lossy-lifecycle',
    about:
      'a machine whose packets may be lost is suspended and resumed, yielded or powered off while a host dies',
    why: 'one packet before an operation and one after it are emitted, held or lost; two operations are a suspend and a resume, or one after a yield',
    bounds: {
      ...calm,
      operations: ['power-off', 'suspend', 'resume', 'test-failover'],
      commands: 2,
      crashes: 1,
      outputs: ['network'],
      network: 'may-be-lost',
    },
    saturated: { entriesMax },
  },
  {
    name: 'throttle',
    about: 'a lagging backup tells what it has consumed; the owner slows its guest and gives back',
    why: 'two steps of the share are a first and a last one; two entries are lag that ends, and lag at an end of the pair',
    bounds: {
      ...calm,
      lagging: true,
      alives: true,
      throttleMax: 2,
    },
    saturated: { starts, entriesMax },
  },
  {
    name: 'lost',
    about: 'hosts die; what nobody can run is declared lost and booted afresh',
    why: 'two deaths and one return are the whole of a pair lost, and requests of the dead come late',
    bounds: {
      ...calm,
      operations: ['declare-lost'],
      commands: 1,
      starts: 2,
      crashes: 2,
      restarts: 1,
      positionsMax: 1,
    },
    saturated: { entriesMax },
  },
  {
    name: 'reconnect',
    about:
      'a channel breaks while both hosts live, and the pair gets it back; a host dies meanwhile',
    why: 'two broken channels are one in the middle of getting another back; two outputs are one resent and one new',
    bounds: { ...calm, reconnect: true, crashes: 1, breaks: 2 },
    saturated: { starts, entriesMax },
  },
  {
    name: 'hostile',
    about: 'an adversary copies what is under way, and puts on the wire what it copied or forges',
    why: 'one copy and one message out of place, of every kind, to either host by every way, in every state of a pair that loses a host',
    bounds: {
      ...calm,
      crashes: 1,
      recordings: 1,
      injections: 1,
      forged: forgeries,
      positionsMax: 1,
    },
    saturated: { starts, entriesMax },
  },
  {
    name: 'hostile-beats',
    about: 'an adversary copies beats and puts them on the wire again, or beats of its own',
    why: 'one copy of a beat that was, was not or is to be heard; the log has no part in it',
    bounds: {
      ...calm,
      outputs: [],
      positionsMax: 0,
      beats: true,
      datagramsMax: 1,
      recordings: 1,
      injections: 1,
      forged: ['beat'],
    },
    saturated: { starts, entriesMax },
  },
  {
    name: 'misdeeds',
    about: 'a manager asks the wrong host, a peer says what no peer says, in every state of a pair',
    why: 'one misdeed meets one crash, one suspicion and one power-off, which is where who is owner is in doubt; a keep-alive of a higher epoch is what makes T4 wait behind a read',
    bounds: {
      ...calm,
      operations: ['power-off'],
      commands: 1,
      crashes: 1,
      misdeeds: 1,
      misdone: [...misdoing, 'future-alive'],
      positionsMax: 1,
    },
    saturated: { entriesMax },
  },
  {
    name: 'old-answers',
    about: 'an arbiter restored from an old copy answers with a record that is over',
    why: 'one record of any time, given once for any request of a pair that is powered off and on',
    bounds: {
      ...calm,
      operations: ['power-off'],
      commands: 1,
      starts: 2,
      outputs: [],
      positionsMax: 0,
      recordings: 1,
      misdeeds: 1,
      misdone: ['old-answer'],
    },
    saturated: { starts: 'one power-off lets the machine be started once more', entriesMax },
  },
  {
    name: 'old-answers-diverged',
    about: 'the same, of a pair whose backup contradicts its log, before or after it has won',
    why: 'one record of any time for the requests of renouncing and of ending',
    bounds: {
      ...calm,
      divergences: 1,
      lagging: true,
      recordings: 1,
      misdeeds: 1,
      misdone: ['old-answer'],
      positionsMax: 1,
    },
    saturated: {
      starts,
      divergences: 'one joining makes one backup, and a guest diverges once',
      entriesMax,
    },
  },
  {
    name: 'replace',
    about: 'the backup of a pair is replaced by a third host, and a host dies at any moment',
    why: 'one crash leaves T14, T15 or the T7 of either owner on its way; one repeat lets the replacement read again',
    bounds: replacing,
    saturated: { starts, entriesMax },
  },
  {
    name: 'replace-late',
    about: 'the same where nothing is seen but a death: the shortest runs in which T14 comes late',
    why: 'without outputs and without suspicion of who lives, what remains is who is named, and who has read it',
    bounds: { ...replacing, suspicion: false, outputs: [], positionsMax: 0 },
    saturated: { starts, entriesMax },
  },
  {
    name: 'replace-again',
    about:
      'the same without a death: a channel breaks or an attempt takes too long, and there is another',
    why: 'two commands are an attempt that is given up and another, one beside the other, or a replacement replaced',
    bounds: {
      ...replacing,
      commands: 2,
      retries: 0,
      crashes: 0,
      breaks: 1,
      suspicion: false,
      joinTimeout: true,
    },
    saturated: { starts, entriesMax },
  },
  {
    name: 'replace-misdeeds',
    about:
      'a backup is replaced while a manager asks the wrong host and a peer says what no peer says',
    why: 'one misdeed meets every state of an attempt, of one that takes too long and of the replacement that reads by itself; a death beside it is in the pair of misdeeds and replace',
    bounds: {
      ...replacing,
      retries: 0,
      crashes: 0,
      suspicion: false,
      joinTimeout: true,
      misdeeds: 1,
      misdone: misdoing,
    },
    saturated: { starts, entriesMax },
  },
];

/** A request may be sent again without end, which what always holds needs no row of its own for. */
const patient: Bounds = { ...calm, retries: 'unbounded' };

const graphs: readonly Omit<Row, 'saturated' | 'liveness'>[] = [
  {
    name: 'survivor',
    about: 'a host dies, a channel breaks, a request or an answer of the arbiter is lost',
    why: 'one of each, in any order, with one output, is every single failure beside one of the network',
    bounds: { ...patient, crashes: 1, breaks: 1, losses: 1, positionsMax: 1 },
  },
  {
    name: 'full-log',
    about:
      'a log of one entry holds the guest and its outputs while a host dies or a channel breaks',
    why: 'one entry unacknowledged fills the log, and the second output waits behind the first',
    bounds: { ...patient, crashes: 1, breaks: 1, entriesMax: 1 },
  },
  {
    name: 'next-host',
    about: 'a third host stands by; one of the pair dies, a request or an answer is lost',
    why: 'no false suspicion, so that each pairing ends by the failure alone and the next is judged',
    bounds: {
      ...patient,
      hosts: 3,
      joins: 2,
      crashes: 1,
      losses: 1,
      positionsMax: 1,
      suspicion: false,
    },
  },
  {
    name: 'same-host',
    about: 'a pair ends by a false suspicion, and the manager asks for the same backup again',
    why: 'no host dies: what keeps the second pairing from coming would be left of the first',
    bounds: { ...patient, joins: 2, outputs: [], positionsMax: 0 },
  },
  {
    name: 'given-up',
    about: 'a joining is given up and another begun while a host dies',
    why: 'one broken channel gives the first up; an end that it leaves open must not keep its host waiting for a dead owner',
    bounds: { ...calm, joins: 2, crashes: 1, breaks: 1, outputs: [], positionsMax: 0 },
  },
  {
    name: 'renounced',
    about: 'a lagging backup contradicts its log, before or after it has asked for ownership',
    why: 'one divergence at one output is before, at or after what is held at the gate',
    bounds: { ...patient, divergences: 1, lagging: true, positionsMax: 1 },
  },
  {
    name: 'regained',
    about: 'the channel of a pair breaks and is opened again, while either host may die',
    why: 'one output is under way, held or acknowledged in vain when the one channel breaks; a death breaks the other',
    bounds: { ...patient, reconnect: true, crashes: 1, breaks: 1, positionsMax: 1 },
  },
  {
    name: 'replaced',
    about:
      'the backup of a pair is replaced by a third host, while a host dies and a channel breaks',
    why: 'one of each meets every state of an attempt; the replacement reads as often as it needs, which is what ends its wait; no false suspicion, which would only end the attempt as a death does',
    bounds: {
      ...replacing,
      retries: 'unbounded',
      breaks: 1,
      suspicion: false,
      outputs: [],
      positionsMax: 0,
    },
  },
];

/** For what must happen in the end; what always holds is judged in them all the same. */
export const livenessRows: readonly Row[] = graphs.map((row) => ({
  ...row,
  // They are not doubled, so none of their bounds is said to cut nothing off.
  saturated: {},
  liveness: true,
}));

export const findRow = (name: string): Row | null =>
  [...rows, ...livenessRows].find((row) => row.name === name) ?? null;
