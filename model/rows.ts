// The rows: named explorations, each exhausted within its bounds. A row says what is on, what is off, and why the
// bounds are enough for what it is for. One row alone proves little; together they cover every witness.

import type { CountBound } from './environment/bound-kinds.ts';
import type { Bounds } from './environment/manager.ts';

export interface Row {
  name: string;
  about: string;
  why: string;
  bounds: Bounds;
  /** The bounds that cut nothing off, so that twice as much gives the same states, each with its reason. */
  saturated: Partial<Record<CountBound, string>>;
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
  outputs: ['console'],
  inputs: false,
  positionsMax: 2,
  entriesMax: 64,
  network: 'at-least-once',
  lagging: false,
  suspicion: true,
  beats: false,
  alives: false,
  joinTimeout: false,
  rivals: false,
  datagramsMax: 0,
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
    bounds: { ...calm, beats: true, alives: true, datagramsMax: 1, positionsMax: 1 },
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
];

export const findRow = (name: string): Row | null => rows.find((row) => row.name === name) ?? null;
