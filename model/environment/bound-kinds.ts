// What each bound may be, as data: for who reads bounds from outside, and for who varies them.

import { throttleStepsMax } from '../logging/outputs.ts';
import type { Channel } from '../vocabulary.ts';
import { forgeries, misdeeds } from './adversary.ts';
import type { Bounds, Operation } from './manager.ts';

export type BoundKind =
  | { type: 'count'; min: number; max: number; unbounded?: true }
  | { type: 'switch' }
  | { type: 'choice'; of: readonly string[] }
  | { type: 'set'; of: readonly string[] };

/** More of anything is not explored to its end by any machine of today. */
const timesMax = 64;
const times: BoundKind = { type: 'count', min: 0, max: timesMax };
const onOrOff: BoundKind = { type: 'switch' };
const channels: readonly Channel[] = ['network', 'console', 'disk'];
const operations: readonly Operation[] = [
  'power-off',
  'suspend',
  'resume',
  'turn-off',
  'restart-secondary',
  'test-failover',
  'declare-lost',
];

export const boundKinds: Readonly<Record<keyof Bounds, BoundKind>> = {
  hosts: { type: 'count', min: 2, max: 3 },
  starts: times,
  joins: times,
  crashes: times,
  restarts: times,
  breaks: times,
  losses: times,
  retries: { type: 'count', min: 0, max: timesMax, unbounded: true },
  divergences: times,
  commands: times,
  operations: { type: 'set', of: operations },
  unsavable: onOrOff,
  outputs: { type: 'set', of: channels },
  inputs: onOrOff,
  positionsMax: times,
  entriesMax: { type: 'count', min: 1, max: 1024 },
  network: { type: 'choice', of: ['at-least-once', 'may-be-lost'] },
  reconnect: onOrOff,
  lagging: onOrOff,
  suspicion: onOrOff,
  beats: onOrOff,
  alives: onOrOff,
  joinTimeout: onOrOff,
  throttleMax: { type: 'count', min: 0, max: throttleStepsMax },
  rivals: onOrOff,
  datagramsMax: times,
  recordings: times,
  injections: times,
  misdeeds: times,
  wire: { type: 'choice', of: ['authenticated', 'open'] },
  forged: { type: 'set', of: forgeries },
  misdone: { type: 'set', of: misdeeds },
};

export const isBound = (name: string): name is keyof Bounds => Object.hasOwn(boundKinds, name);

/** The bounds that are numbers; one of them may be without bound. */
export type CountBound = {
  [K in keyof Bounds]: number extends Bounds[K] ? K : never;
}[keyof Bounds];

export const countBounds: readonly CountBound[] = Object.keys(boundKinds).filter(
  (name): name is CountBound => isBound(name) && boundKinds[name].type === 'count',
);
