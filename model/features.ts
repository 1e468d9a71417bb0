// The features: what the world and the manager may do, each with the bounds that let it. They say of every row what is
// on and what is off, and every two of them make a row of their own (pairs.ts). Spec: protocol.

import { forgeries } from './environment/adversary.ts';
import type { Bounds } from './environment/manager.ts';
import { misdoing } from './rows.ts';

export interface Feature {
  name: string;
  /** What it switches on. */
  about: string;
  /** On in a row that lets at least this happen. */
  bounds: Partial<Bounds>;
  /** What it needs beside that, so that it shows and what follows it has room. */
  room?: Partial<Bounds>;
  /** The properties whose premise it is for: each holds somewhere in every row made of it. */
  premises: readonly string[];
}

/** In every row that is made of features. A request in flight and a message under way may come late in any row. */
export const given: readonly Feature[] = [
  {
    name: 'crash',
    about: 'a host dies',
    bounds: { crashes: 1 },
    premises: ['takes-over', 'takes-effect-late'],
  },
  {
    name: 'stall',
    about:
      'a host stops and wakes with its memory: its steps come late, and its peer may take it for dead',
    bounds: { suspicion: true },
    premises: ['output.nothing-after-loss', 'halts-a-loser', 'suspects-and-withdraws'],
  },
];

export const features: readonly Feature[] = [
  {
    name: 'broken-channel',
    about: 'a connection breaks though both ends live',
    bounds: { breaks: 1 },
    premises: ['failover.read-before-discard'],
  },
  {
    name: 'second-output',
    about: 'the guest goes on to a second output',
    bounds: { positionsMax: 2 },
    premises: ['output.silent-in-replay', 'failover.consume-before-live'],
  },
  {
    name: 'input',
    about: 'the guest takes inputs from outside, which its outputs depend on',
    bounds: { inputs: true },
    room: { positionsMax: 2 },
    premises: ['failover.consume-before-live', 'logging.acknowledge-held-entries'],
  },
  {
    name: 'disk',
    about: 'the guest writes to the shared disk',
    bounds: { outputs: ['disk'] },
    premises: [
      'storage.fence-is-atomic',
      'storage.write-carries-token',
      'device.completion-exactly-once',
      'failover.reissue-open-operations',
    ],
  },
  {
    name: 'may-be-lost',
    about: 'the guest sends on a network whose packets may be lost',
    bounds: { outputs: ['network'], network: 'may-be-lost' },
    premises: ['output.hold-until-acknowledged', 'failover.consume-before-live'],
  },
  {
    name: 'full-log',
    about: 'the log is full with one entry, and holds the guest',
    bounds: { entriesMax: 1 },
    room: { positionsMax: 2 },
    premises: ['holds-guest'],
  },
  {
    name: 'lagging',
    about: 'the guest of the backup consumes entries at its own pace',
    bounds: { lagging: true },
    premises: ['failover.consume-before-live'],
  },
  {
    name: 'divergence',
    about: 'the guest of the backup contradicts its log',
    bounds: { divergences: 1 },
    room: { lagging: true },
    premises: ['divergence.never-live', 'renounces-after-divergence'],
  },
  {
    name: 'join-timeout',
    about: 'a joining takes too long and is given up',
    bounds: { joinTimeout: true },
    premises: ['gives-up', 'pairing.sync-failure-leaves-owner-running'],
  },
  {
    name: 'beats',
    about: 'beats are sent, lost, delayed and doubled, and may be missed',
    bounds: { beats: true },
    room: { datagramsMax: 1 },
    premises: ['suspects-and-withdraws'],
  },
  {
    name: 'keep-alives',
    about: 'keep-alives are sent on the channel',
    bounds: { alives: true },
    premises: ['suspects-and-withdraws'],
  },
  {
    name: 'arbiter-loss',
    about: 'a request or an answer of the arbiter is lost, and a request is sent again',
    bounds: { losses: 1, retries: 1 },
    premises: ['arbitration.compare-and-swap-record', 'arbitration.name-incarnations'],
  },
  {
    name: 'restart',
    about: 'a dead host returns as a new life, and may join again',
    bounds: { restarts: 1 },
    room: { joins: 2 },
    premises: ['arbitration.name-incarnations', 'refuses-a-hello'],
  },
  {
    name: 'second-failover',
    about: 'a pair is made again, and fails again',
    bounds: { joins: 2 },
    premises: ['fails-over-and-protects-again'],
  },
  {
    name: 'third-host',
    about: 'a third host stands by and becomes the next backup',
    bounds: { hosts: 3 },
    // Silence that is false goes three ways and is in the rows of two hosts; here a host dies or a channel breaks.
    room: { joins: 2, crashes: 2, breaks: 1, suspicion: false },
    premises: ['fails-over-and-protects-again'],
  },
  {
    name: 'rivals',
    about: 'both hosts are told to power the machine on',
    bounds: { rivals: true },
    room: { starts: 2 },
    premises: ['refuses-a-rival'],
  },
  {
    name: 'power-off',
    about: 'the machine is powered off, and on again',
    bounds: { operations: ['power-off'], commands: 1 },
    room: { starts: 2 },
    premises: [
      'lifecycle.power-off-recorded',
      'lifecycle.power-off-stops-first',
      'lifecycle.power-off-logged',
      'lifecycle.power-off-entry-ends-replay',
      'output.nothing-after-shutting',
      'boots-afresh',
    ],
  },
  {
    name: 'suspend',
    about: 'the machine is suspended, or cannot be, and resumed on either host',
    bounds: { operations: ['suspend', 'resume'], commands: 2 },
    room: { unsavable: true },
    premises: [
      'lifecycle.suspend-recorded',
      'lifecycle.suspend-settles-outputs',
      'lifecycle.resume-by-record',
      'runs-on-unsaved',
      'resumes-elsewhere',
    ],
  },
  {
    name: 'parting',
    about: 'protection is turned off, or a backup given up',
    bounds: { operations: ['turn-off', 'restart-secondary'], commands: 1 },
    premises: ['lifecycle.turn-off-removes-eligibility', 'turns-off', 'restarts-the-secondary'],
  },
  {
    name: 'test-failover',
    about: 'the owner yields to its backup',
    bounds: { operations: ['test-failover'], commands: 1 },
    premises: [
      'failover.stop-before-yield',
      'failover.yield-not-taken',
      'lifecycle.test-failover-needs-running',
    ],
  },
  {
    name: 'declare-lost',
    about: 'a machine that nobody is left to run is declared lost, and booted afresh',
    bounds: { operations: ['declare-lost'], commands: 1 },
    room: { crashes: 2, starts: 2 },
    premises: ['arbitration.declare-lost-with-proof', 'declares-a-pair-lost'],
  },
  {
    name: 'reconnect',
    about: 'a pair gets a closed channel back',
    bounds: { reconnect: true, breaks: 1 },
    premises: ['pairing.closed-channel-is-silence', 'opens-again'],
  },
  {
    name: 'throttle',
    about: 'the owner measures its lag, slows its guest and gives back',
    bounds: { throttleMax: 2 },
    // What is consumed late is what lags, and keep-alives are when lag is measured.
    room: { lagging: true, alives: true },
    premises: [
      'flow.throttle-when-lagging',
      'flow.throttle-given-back',
      'flow.throttle-only-processor-share',
    ],
  },
  {
    name: 'hostile',
    about: 'an adversary copies what is under way, and puts on the wire what it copied or forges',
    bounds: { recordings: 1, injections: 1, forged: forgeries },
    premises: [
      'security.messages-bound',
      'security.arbiter-and-storage-authenticated',
      'arbitration.answer-bound-to-request',
    ],
  },
  {
    name: 'misdeeds',
    about: 'a manager asks the wrong host, a peer says what no peer says',
    bounds: { misdeeds: 1, misdone: misdoing },
    premises: [
      'lifecycle.operations-on-owner',
      'pairing.distinct-hosts',
      'pairing.welcome-next-sequence',
      'logging.acknowledgement-beyond-sent',
      'logging.undecodable-not-acknowledged',
    ],
  },
  {
    name: 'replace',
    about: 'the backup of a pair is replaced by a third host',
    bounds: { hosts: 3, operations: ['replace-backup'], commands: 1 },
    // As with a third host: silence that is false among three is in the named row.
    room: { suspicion: false },
    premises: [
      'pairing.replacement-caught-up',
      'pairing.replacement-waits-for-record',
      'lifecycle.backup-migration-quiesces',
      'replaces-a-backup',
    ],
  },
];
